"""The test cases of an own check, run through its rule."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pyarrow as pa

from trueup.audit.context import Period
from trueup.audit.own import sandbox
from trueup.audit.own.asking import population, standard
from trueup.audit.own.cases import TestCase, packed
from trueup.audit.own.declaring import OwnCheck
from trueup.audit.own.sandbox import Failed, Run
from trueup.core.refusals import Refused
from trueup.core.words import N_


@dataclass(frozen=True, slots=True)
class Tried:
    """What one case gave: the ids found, how many were tested, and why it failed ("" if not)."""

    check: str
    case: TestCase
    found: frozenset[str]
    tested: int
    why: str

    @property
    def passed(self) -> bool:
        """Whether the rule named exactly what the case says."""
        return not self.why


def try_cases(own: OwnCheck) -> list[Tried]:
    """Every case of a check, in the order of the file."""
    with tempfile.TemporaryDirectory(prefix="trueup-cases-") as folder:
        runs = [_run(own, case, Path(folder) / str(i)) for i, case in enumerate(own.cases)]
        answers = sandbox.run(runs)
    return [_tried(own, case, rows) for case, rows in zip(own.cases, answers, strict=True)]


def prove(owns: Sequence[OwnCheck]) -> None:
    """Raise Refused with the first case that a check does not pass: it may not judge anybody."""
    for own in owns:
        for tried in try_cases(own):
            if not tried.passed:
                raise Refused(
                    N_("%(file)s: the case “%(case)s” fails: %(why)s. Try: trueup checks test."),
                    file=own.file, case=tried.case.name, why=tried.why,
                )  # fmt: skip


def _run(own: OwnCheck, case: TestCase, folder: Path) -> Run:
    period = Period.of(*case.period, "UTC")
    as_of = case.as_of.astimezone(UTC).replace(tzinfo=None)
    given = {**standard(period.start, period.end, as_of, "UTC"), **own.check.parameters}
    used = {name: value for name, value in given.items() if name in own.rule.parameters}
    return Run(packed(case, folder), own.rule.sql, own.rule.tables, used)


def _tried(own: OwnCheck, case: TestCase, rows: pa.Table | Failed) -> Tried:
    table = rows if isinstance(rows, Failed) else population(own.rule, rows)
    if isinstance(table, Failed):
        return Tried(own.check.id, case, frozenset(), 0, str(table))
    told = list(zip(table["id"].to_pylist(), table["bad"].to_pylist(), strict=True))
    found = frozenset(id for id, bad in told if bad)
    tested = sum(bad is not None for _, bad in told)
    return Tried(own.check.id, case, found, tested, _why(case, found, tested))


def _why(case: TestCase, found: frozenset[str], tested: int) -> str:
    missed, extra = sorted(case.exceptions - found), sorted(found - case.exceptions)
    if missed or extra:
        parts = [f"{', '.join(missed)} not found"] if missed else []
        parts += [f"{', '.join(extra)} found"] if extra else []
        return "; ".join(parts)
    return "" if tested else "nothing was tested, so it proves nothing"


def table_of(tried: Sequence[Tried]) -> str:
    """The cases as a table for the terminal."""
    heads = ("check", "case", "expects", "found", "tested", "")
    rows = [
        (
            t.check, t.case.name[:44], ", ".join(sorted(t.case.exceptions))[:24] or "nothing",
            ", ".join(sorted(t.found))[:24] or "nothing", str(t.tested),
            "ok" if t.passed else f"FAILS: {t.why}",
        )
        for t in tried
    ]  # fmt: skip
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(5)]
    lines = [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row[:5], widths, strict=True)), row[5]])
        for row in [heads, *rows]
    ]
    failed = sum(not t.passed for t in tried)
    lines += [
        "",
        f"{len(tried)} cases, {failed} failed." if failed else f"{len(tried)} cases, all ok.",
    ]
    return "\n".join(line.rstrip() for line in lines)
