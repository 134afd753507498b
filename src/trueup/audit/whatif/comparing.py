"""Two runs, one of the evidence and one of the scenario, side by side."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.declare import Check, Measure
from trueup.audit.evidence.packs import Pack
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, Progress, run
from trueup.audit.whatif.changes import Change
from trueup.audit.whatif.clocks import Recount
from trueup.audit.whatif.derive import derive
from trueup.audit.whatif.draft import MARK
from trueup.audit.whatif.scenario import Scenario
from trueup.core.refusals import Refused
from trueup.core.words import N_

FORMAT = "trueup-what-if/1"
SEEN = ("value", "low", "high", "light", "target", "limit", "n")
REPRODUCED = 0.95
NO_STEPS = ("findings", "actions_plan", "strengths", "verifications")


@dataclass(frozen=True, slots=True)
class Moved:
    """A light, measure or check on both sides; `before` and `after` have the same keys."""

    id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def moved(self) -> bool:
        """Whether anything of it differs."""
        return dict(self.before) != dict(self.after)


@dataclass(frozen=True, slots=True)
class Caveat:
    """What the comparison cannot say, by a word of `words.CAVEATS` and its numbers."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The four lights before and after, what moved, what was changed, and what it cannot say.

    `measures` and `checks` hold only those that moved; `apart` the questions that the
    change itself makes incomparable. `before` and `after` are the whole results.
    """

    scenario: Scenario
    changes: tuple[Change, ...]
    lights: tuple[Moved, ...]
    measures: tuple[Moved, ...]
    checks: tuple[Moved, ...]
    apart: tuple[str, ...]
    caveats: tuple[Caveat, ...]
    before: AuditResult
    after: AuditResult

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON; the same evidence and scenario give the same bytes."""
        pack = self.before.data["pack"]
        return {
            "format": FORMAT,
            "note": "What would have been, on past data. No audit; nothing was found or issued.",
            "origin": pack,
            "scenario": self.scenario.told(),
            "changes": [
                {"what": c.what, "name": c.name, "from": c.old, "to": c.new, "rows": c.rows}
                for c in self.changes
            ],
            "indicators": [_json(m) for m in self.lights],
            "measures": [_json(m) for m in self.measures],
            "checks": [_json(m) for m in self.checks],
            "apart": list(self.apart),
            "unmoved": {
                "measures": len(self.before.data["measures"]) - len(self.measures),
                "checks": len(self.before.data["checks"]) - len(self.checks),
            },
            "caveats": [{"code": c.code, "params": dict(c.params)} for c in self.caveats],
        }

    def to_bytes(self) -> bytes:
        """The exact bytes of what-if.json."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
        return (text + "\n").encode()


def _json(moved: Moved) -> dict[str, Any]:
    return {"id": moved.id, "before": dict(moved.before), "after": dict(moved.after)}


def refuse_scenario(pack: Pack) -> None:
    """Refused where a pack is itself a scenario: nothing is built on what never was."""
    if (pack.folder / MARK).is_file():
        raise Refused(
            N_("This evidence is a scenario, made by trueup what-if; name the pack it came from.")
        )


def compare(
    pack: Pack,
    scenario: Scenario,
    options: Options | None = None,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Audit a pack as it is and as the scenario would have it.

    The derived pack is written into `folder`, or into one that is thrown away. Refused for an
    empty scenario and for names that are not in the evidence; the pack is only read.
    """
    options = options or Options()
    refuse_scenario(pack)
    if scenario.empty:
        raise Refused(N_("This scenario changes nothing. Name a change; see trueup what-if --help"))
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="trueup-") as spare:
            return _compare(pack, scenario, options, Path(spare) / "pack", progress)
    return _compare(pack, scenario, options, folder, progress)


def _compare(
    pack: Pack, scenario: Scenario, options: Options, folder: Path, progress: Progress | None
) -> Comparison:
    derived = derive(pack, scenario, folder)
    before = run(pack, options, progress)
    before.close()
    changed = replace(options, params={**options.params, **scenario.parameters})
    after = _as_scenario(run(derived.pack, changed, progress))
    made = _apart(derived.made)
    apart = made | _unspoken(derived.recount)
    caveats = [*_of_clocks(derived.recount), *_of_parts(scenario, made)]
    return Comparison(
        scenario,
        (*_of_parameters(after), *derived.changes),
        tuple(_lights(before.data, after.data)),
        tuple(m for m in _pairs(before.data, after.data, "measures", SEEN, apart) if m.moved),
        tuple(m for m in _checks(before.data, after.data, apart) if m.moved),
        tuple(sorted(apart)),
        tuple(caveats),
        before,
        after,
    )


def _as_scenario(result: AuditResult) -> AuditResult:
    """The result of a scenario issues no findings and no steps."""
    kept = {key: [] if key in NO_STEPS else value for key, value in result.data.items()}
    told = [*kept["honesty"]["limits"], "A scenario on changed evidence, made by trueup what-if."]
    kept["honesty"] = {**kept["honesty"], "limits": told}
    result.close()
    return AuditResult(kept, result.evidence, result.queries, result.beside)


def _of_parameters(after: AuditResult) -> list[Change]:
    rows = after.data["parameters"]["changed_defaults"]
    return [Change("parameter", r["id"], f"{r['default']}", f"{r['value']}", 0) for r in rows]


def _lights(before: dict[str, Any], after: dict[str, Any]) -> list[Moved]:
    keys = ("light", "score", "score_low", "score_high", "binding_measure", "reason")
    return _pairs(before, after, "indicators", keys, frozenset())


def _pairs(
    before: dict[str, Any],
    after: dict[str, Any],
    part: str,
    keys: tuple[str, ...],
    apart: frozenset[str],
) -> list[Moved]:
    other = {row["id"]: row for row in after[part]}
    return [
        Moved(row["id"], {k: row[k] for k in keys}, {k: other[row["id"]][k] for k in keys})
        for row in before[part]
        if row["id"] not in apart
    ]


def _checks(before: dict[str, Any], after: dict[str, Any], apart: frozenset[str]) -> list[Moved]:
    keys = ("result", "value", "low", "high", "limit", "tested", "exceptions")
    return _pairs(before, after, "checks", keys, apart)


def _apart(made: frozenset[str]) -> frozenset[str]:
    """Questions on a table that exists only because the scenario made it."""
    asked: list[Measure | Check] = [*all_measures().values(), *all_checks().values()]
    return frozenset(a.id for a in asked if made & {t.partition(".")[0] for t in a.tables})


def _unspoken(told: Recount) -> frozenset[str]:
    """Checks on notices of a breach: of one that only the scenario makes there is none."""
    if not told.now_missed:
        return frozenset()
    checks = all_checks().values()
    return frozenset(c.id for c in checks if "target_result.notified_at" in {*c.needs, *c.uses})


def _of_clocks(told: Recount) -> list[Caveat]:
    if not told.asked:
        return []
    numbers = {
        "asked": f"{told.asked:,}", "kept": f"{told.asked - told.reproduced:,}",
        "share": f"{told.share or 0:.1%}", "met": f"{told.now_met:,}",
        "missed": f"{told.now_missed:,}",
    }  # fmt: skip
    caveats = [Caveat("clocks", numbers)]
    if (told.share or 0) < REPRODUCED:
        caveats.append(Caveat("not_reproduced", numbers))
    if told.now_missed:
        caveats.append(
            Caveat("unspoken", {"checks": ", ".join(sorted(_unspoken(told))), **numbers})
        )
    return caveats


def _of_parts(scenario: Scenario, apart: frozenset[str]) -> list[Caveat]:
    caveats = [Caveat("behaviour", {})]
    if any(scenario.leave_out.values()):
        caveats.append(Caveat("unsealed", {}))
    if scenario.agreements:
        caveats.append(Caveat("prices", {}))
    if apart:
        caveats.append(Caveat("apart", {"ids": ", ".join(sorted(apart))}))
    return caveats


def write(comparison: Comparison, out: Path) -> None:
    """Write what-if.json, and the scenario's own result marked as one, into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "what-if.json").write_bytes(comparison.to_bytes())
    beside = out / "scenario"
    comparison.after.write(beside)
    told = json.dumps(comparison.scenario.told(), ensure_ascii=False, indent=1) + "\n"
    (beside / "scenario.json").write_text(told, "utf-8")
