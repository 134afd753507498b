"""The audit for programs and notebooks: `run` and `readiness`, and what they give back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from trueup.audit import frames
from trueup.audit.catalogue import all_checks
from trueup.audit.declare import INDICATORS
from trueup.audit.evidence.packs import Pack
from trueup.audit.gathering import Evidence, gathered
from trueup.audit.intake.convert import Settings
from trueup.audit.languages import LANGUAGES, said, speaking, t
from trueup.audit.options import ids_of, instant_of, period_of
from trueup.audit.own import OwnCheck, load, prove
from trueup.audit.report import formats_of
from trueup.audit.report.terminal import SHAPES, headed, score_range
from trueup.audit.report.words import INDICATORS as NAMES
from trueup.audit.report.words import LIGHTS
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, Progress
from trueup.audit.run import run as audit
from trueup.audit.saving import write_folder
from trueup.core.refusals import Refused
from trueup.core.words import N_

COLOURS = {"green": "#1a7f37", "amber": "#9a6700", "red": "#cf222e"}
GREY = "#59636e"


@dataclass(frozen=True, slots=True)
class IndicatorLight:
    """One of the four: its light with the reason, its score (0-100, None where grey)."""

    id: str
    light: str
    reason: str
    score: float | None
    score_low: float | None
    score_high: float | None
    confidence: str
    binding_measure: str | None
    trend: str
    coverage: float


@dataclass(frozen=True, slots=True)
class Audited(AuditResult):
    """A result as tables and frames, as a page of a notebook, and as a folder.

    Every ``*_table()`` is a pyarrow Table with fixed columns; ``*_frame()`` is the same as a pandas
    DataFrame and raises Refused where pandas is not installed.
    """

    pack: Pack | None = None
    options: Options | None = None
    home: tempfile.TemporaryDirectory[str] | None = None
    language: str = "en"

    def indicator(self, id: str) -> IndicatorLight:
        """growth_value, budget_adherence, risk_impact or communication; Refused for another."""
        for row in self.data["indicators"]:
            if row["id"] == id:
                return IndicatorLight(**row)
        raise Refused(
            N_("There is no indicator %(id)s; there are: %(names)s."),
            id=id, names=", ".join(INDICATORS),
        )  # fmt: skip

    def measures_table(self) -> pa.Table:
        """One row for each of the 65 measures, judged or not."""
        return frames.table(self.data["measures"], frames.MEASURES)

    def units_table(self) -> pa.Table:
        """The measures by unit: measure, unit_kind, unit, value, low, high, n, light."""
        return frames.table(frames.units(self.data), frames.UNITS)

    def checks_table(self) -> pa.Table:
        """One row for each of the 104 checks, run or not, then the organisation's own."""
        return frames.table(self.data["checks"], frames.CHECKS)

    def detections_table(self) -> pa.Table:
        """One row for each detection; money a year in the pack's currency."""
        return frames.table(frames.detections(self.data), frames.DETECTIONS)

    def evidence_table(self) -> pa.Table:
        """Every exception: check, detection, table, id, why."""
        return self.evidence

    def findings_table(self) -> pa.Table:
        """The findings in the order in which to act."""
        return frames.table(frames.findings(self.data), frames.FINDINGS)

    def measures_frame(self) -> Any:
        """`measures_table` for pandas."""
        return frames.frame(self.measures_table())

    def units_frame(self) -> Any:
        """`units_table` for pandas."""
        return frames.frame(self.units_table())

    def checks_frame(self) -> Any:
        """`checks_table` for pandas."""
        return frames.frame(self.checks_table())

    def detections_frame(self) -> Any:
        """`detections_table` for pandas."""
        return frames.frame(self.detections_table())

    def evidence_frame(self) -> Any:
        """`evidence_table` for pandas."""
        return frames.frame(self.evidence_table())

    def findings_frame(self) -> Any:
        """`findings_table` for pandas."""
        return frames.frame(self.findings_table())

    def write(self, folder: Path | str, formats: str = "html") -> None:
        """Write what `trueup audit` writes, so that `trueup verify` can run it again.

        `formats` is a list with commas, of html, md and pdf. The reports are in the language that
        `run` was told; result.json is the same in each.
        """
        out = Path(folder)
        if self.pack is None or self.options is None:
            raise Refused(N_("This result does not know its evidence; it cannot be written whole."))
        plain = AuditResult(*(getattr(self, f.name) for f in fields(AuditResult)))
        out.mkdir(parents=True, exist_ok=True)
        write_folder(plain, out, self.options, formats_of(formats), self.language)
        if self.home is None:
            (out / "pack.txt").write_text(str(self.pack.folder.resolve()) + "\n", "utf-8")
            return
        (out / "pack.txt").unlink(missing_ok=True)
        shutil.rmtree(out / "pack", ignore_errors=True)
        shutil.copytree(self.pack.folder, out / "pack")

    def _repr_html_(self) -> str:
        """The four lights, each with its word, reason and score."""
        with speaking(self.language):
            rows = "".join(_light_row(row) for row in self.data["indicators"])
            heads = "".join(
                f"<th scope='col'>{t(head)}</th>" for head in ("Indicator", "Light", "Why", "Score")
            )
            return (
                f"<table><caption>{escape(headed(self.data))}</caption>"
                f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            )


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the evidence lets us judge, before any verdict.

    `tier` is 0 to 6 (method 9.1); `next_table` is the one table that would let the measures in
    `unlocks` speak; `held` are the measures that a data gate holds back, by gate.
    """

    tier: int
    next_table: str | None
    unlocks: tuple[str, ...]
    why: str
    held: Mapping[str, tuple[str, ...]]
    tables: pa.Table

    def tables_frame(self) -> Any:
        """The tables with their rows and the share of their columns that is filled, for pandas."""
        return frames.frame(self.tables)


def run(
    evidence: Evidence,
    options: Options | None = None,
    *,
    period: str | tuple[date, date] | None = None,
    as_of: str | datetime | None = None,
    only: str | Iterable[str] = (),
    params: Mapping[str, str | float] | None = None,
    checks: Iterable[str | Path | OwnCheck] = (),
    engine: str = "duckdb",
    zone: str = "UTC",
    currency: str = "EUR",
    organisation: str = "",
    mapping: str | Path | None = None,
    source: str = "",
    memory: str | None = None,
    threads: int | None = None,
    seed: int = 1,
    language: str = "en",
    progress: Progress | None = None,
) -> Audited:
    """Audit evidence and return the result.

    `evidence` is a pack (a folder, a zip or a `Pack`), one or several exports that Trueup
    recognises, or a mapping from table to frame (pandas, polars, Arrow, or rows as mappings).
    `period` is FROM..TO or two days, both whole; `only` are ids; `params` changed parameters such
    as ``{"H01.limit": 0.02}``; `checks` files of own checks. `zone`, `currency`, `organisation`,
    `mapping` and `source` say what an export does not say of itself. `language` (en or de) is that
    of the reports that `write` writes. `options` are all that a run may be told at once, instead
    of the single words.

    Raises `trueup.core.refusals.Refused` in a sentence that says what to do; nothing is written.
    """
    if language not in LANGUAGES:
        raise Refused(
            N_("There is no language %(name)s; there are: %(names)s."),
            name=language, names=", ".join(LANGUAGES),
        )  # fmt: skip
    with speaking(language):
        home, pack = _opened(evidence, _settings(zone, currency, organisation, period, as_of,
                                                 mapping, source))  # fmt: skip
    own = _own(checks)
    options = options or Options(
        period=_period(period),
        as_of=_instant(as_of),
        only=ids_of(only if isinstance(only, str) else ",".join(only), [o.check.id for o in own]),
        params={name: str(value) for name, value in (params or {}).items()},
        engine=engine,
        memory_limit=memory,
        threads=threads,
        seed=seed,
        own=own,
    )
    return _audited(audit(pack, options, progress), pack, options, home, language)


def readiness(
    evidence: Evidence,
    *,
    period: str | tuple[date, date] | None = None,
    as_of: str | datetime | None = None,
    zone: str = "UTC",
    currency: str = "EUR",
    organisation: str = "",
    mapping: str | Path | None = None,
    source: str = "",
) -> Readiness:
    """Ask the data gates alone: what could be judged, what is missing, what holds back.

    Takes the same evidence as `run`. Raises `trueup.core.refusals.Refused`; nothing is written.
    """
    home, pack = _opened(evidence, _settings(zone, currency, organisation, period, as_of,
                                             mapping, source))  # fmt: skip
    gates = frozenset(id for id, check in all_checks().items() if check.gate)
    data = audit(pack, Options(period=_period(period), as_of=_instant(as_of), only=gates)).data
    if home is not None:
        home.cleanup()
    ready = data["readiness"]
    best = ready["next_best_data"]
    held = {
        c["id"]: tuple(c["blocks"])
        for c in data["checks"]
        if c["gate"] and c["result"] == "exceptions"
    }  # fmt: skip
    columns = pa.schema([("table", pa.string()), ("rows", pa.int64()), ("complete", pa.float64())])
    return Readiness(
        ready["tier"], best["table"], tuple(best["unlocks"]), best["why"], held,
        frames.table(ready["tables"], columns),
    )  # fmt: skip


def _opened(
    evidence: Evidence, settings: Settings
) -> tuple[tempfile.TemporaryDirectory[str] | None, Pack]:
    """The pack, and the folder that must live as long as it, where one was made here."""
    home = tempfile.TemporaryDirectory(prefix="trueup-audit-")
    pack = gathered(evidence, Path(home.name), settings)
    if Path(home.name) in pack.folder.parents:
        return home, pack
    home.cleanup()
    return None, pack


def _audited(
    result: AuditResult,
    pack: Pack,
    options: Options,
    home: tempfile.TemporaryDirectory[str] | None,
    language: str,
) -> Audited:
    held = {f.name: getattr(result, f.name) for f in fields(AuditResult)}
    return Audited(**held, pack=pack, options=options, home=home, language=language)


def _own(checks: Iterable[str | Path | OwnCheck]) -> tuple[OwnCheck, ...]:
    own = tuple(each if isinstance(each, OwnCheck) else load(Path(each)) for each in checks)
    prove(own)
    return tuple(sorted(own, key=lambda each: each.check.id))


def _settings(
    zone: str,
    currency: str,
    organisation: str,
    period: str | tuple[date, date] | None,
    as_of: str | datetime | None,
    mapping: str | Path | None,
    source: str,
) -> Settings:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise Refused(
            N_("There is no time zone %(zone)s; for example Europe/Berlin."), zone=zone
        ) from error
    return Settings(
        zone=zone, zone_stated=zone != "UTC", organisation=organisation, currency=currency,
        period=_period(period), as_of=_instant(as_of), mapping=mapping, as_source=source,
    )  # fmt: skip


def _period(given: str | tuple[date, date] | None) -> tuple[date, date] | None:
    if given is None or isinstance(given, str):
        return period_of(given)
    first, last = given
    return period_of(f"{first.isoformat()[:10]}..{last.isoformat()[:10]}")


def _instant(given: str | datetime | None) -> datetime | None:
    if isinstance(given, datetime):
        return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    return instant_of(given)


def _light_row(row: Mapping[str, Any]) -> str:
    colour = COLOURS.get(row["light"], GREY)
    word = f"{SHAPES.get(row['light'], '?')} {said(LIGHTS[row['light']])}"
    return (
        f"<tr><th scope='row'>{said(NAMES[row['id']])}</th>"
        f"<td><strong style='color:{colour}'>{word}</strong></td>"
        f"<td style='text-align:left'>{escape(said(row['reason']))}</td>"
        f"<td>{score_range(row) or '–'}</td></tr>"
    )
