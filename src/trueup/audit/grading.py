"""The grade of a detection (audit method, 2.3): what the catalogue proposes, and what moves it.

A row that proposes *minor* breaks a mandatory criterion. With evidence A or B it becomes *major*
where one of five grounds holds: (a) systemic, (b) a required control is absent or bypassed in a
critical case, (c) the lower bound of the effect is material, (d) the audit trail itself is broken,
(e) three or more open minors stand on the same criterion. A problem that came back within twelve
months of being closed as solved is graded one step higher (2.2). Evidence C or D, or a red gate,
holds both at observation; where nobody is independent of the work, minor is the highest (2.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trueup.audit.decide import COVERED
from trueup.audit.declare import Case, Check, EvidenceGrade, Grade, Unit
from trueup.audit.stats.shares import wilson

GRADES: tuple[Grade, ...] = ("opportunity", "observation", "minor", "major")
CRITERIA = ("FitSM ", "ISO ")  # COBIT and ITIL are cross references (section 1)
TOGETHER = 3
SYSTEMIC_RATE, SYSTEMIC_LEAST = 0.10, 5
SUPERVISED = (
    "Supervised self-audit: nobody independent of the work audits it, so no grade is above minor."
)


@dataclass(frozen=True, slots=True)
class Grading:
    """What grades depend on beside the case.

    `caps` are the gates that hold a check at observation, by check. `materiality` is money,
    `hours` and `customers` the other two thresholds (0 asks for none). `recurring` are the
    problems closed as solved within the last months, as (check, scope) with the day of closing;
    `open_minors` the checks with a recorded finding that is open and minor. `independent` is
    false where nobody independent of the work audits it.
    """

    caps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    materiality: float = 0.0
    sealed: bool = False
    scope: str = ""
    hours: float = 0.0
    customers: float = 0.0
    recurring: Mapping[tuple[str, str], str] = field(default_factory=dict)
    open_minors: frozenset[str] = frozenset()
    independent: bool = True


def evidence_grade(case: Case, sealed: bool) -> EvidenceGrade:
    """A: counted from a sealed log; B: from ordinary records; C: an estimate or thin coverage."""
    grade = case.estimate.grade
    if case.estimate.coverage < COVERED and grade in ("A", "B"):
        return "C"
    if grade == "A" and not sealed:
        return "B"
    return "A" if grade == "B" and sealed and case.estimate.method == "counted" else grade


def grade_of_case(
    check: Check, case: Case, evidence: EvidenceGrade, many: bool, grading: Grading
) -> tuple[Grade, tuple[str, ...]]:
    """The grade before gates cap it, and the grounds that raised it."""
    grade: Grade = case.grade or check.severity
    grounds: list[str] = []
    if grade == "minor" and evidence in ("A", "B"):
        grounds = _grounds(check, case, many, grading)
        grade = "major" if grounds else grade
    closed = came_back(check.id, case.unit, grading)
    if closed:
        grounds.append(f"again:{closed}")
        grade = GRADES[min(GRADES.index(grade) + 1, len(GRADES) - 1)]
    if grade == "major" and not grading.independent:
        return "minor", (*grounds, "supervised")
    return grade, tuple(grounds)


def _grounds(check: Check, case: Case, many: bool, grading: Grading) -> list[str]:
    """Which of (a) to (d) hold."""
    systemic = exception_rate(case) >= SYSTEMIC_RATE and case.exceptions >= SYSTEMIC_LEAST
    held = {
        "systemic": systemic,
        "units": many,
        "critical": case.mandatory,
        "costly": _costly(case, grading),
        "trail": check.trail,
    }
    return [name for name, holds in held.items() if holds]


def _costly(case: Case, grading: Grading) -> bool:
    """Whether the lower bound of the effect is material on one of its axes (0.2)."""
    money, hours, customers = case.effect.money, case.effect.hours, case.effect.customers
    return (
        (money is not None and money[0] >= grading.materiality > 0)
        or (hours is not None and hours[0] >= grading.hours > 0)
        or (customers is not None and customers >= grading.customers > 0)
    )


def came_back(check: str, unit: Unit, grading: Grading) -> str:
    """The day on which the same problem was closed as solved; empty where it was not."""
    names = ("*",) if unit.kind == "organisation" else (f"{unit.kind}:{unit.id}", unit.id)
    return max((grading.recurring.get((check, name), "") for name in names), default="")


def exception_rate(case: Case) -> float:
    """The lower bound of exceptions of cases tested; 0 where they are not of one kind.

    The estimate may be a size in another unit (a rise, hours), so it is counted here.
    """
    if case.tested <= 0 or case.exceptions > case.tested:
        return 0.0
    rate, e = case.exceptions / case.tested, case.estimate
    if e.exact:
        return rate
    if e.value is not None and e.low is not None and abs(e.value - rate) < 1e-9:
        return e.low
    return wilson(case.exceptions, case.tested).low


def on_one_criterion(minors: Mapping[str, Check], open_minors: frozenset[str],
                     known: Mapping[str, Check]) -> frozenset[str]:  # fmt: skip
    """The checks among `minors` that share a criterion with two more open minors (ground e).

    `minors` are the checks whose finding of this audit is minor; `open_minors` those with an
    open minor in the evidence, whose words are in `known`. A check counts once.
    """
    by: dict[str, set[str]] = {}
    for id in {*minors, *(id for id in open_minors if id in known)}:
        for ref in (minors.get(id) or known[id]).refs:
            if ref.startswith(CRITERIA):
                by.setdefault(ref, set()).add(id)
    full = [ids for ids in by.values() if len(ids) >= TOGETHER]
    return frozenset(id for ids in full for id in ids if id in minors)
