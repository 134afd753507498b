"""Raw probes to results and detections: families, floors, grades, caps (2.3, 3.5, 4)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trueup.audit.decide import (
    COVERED_CHECK,
    Verdict,
    case_p,
    case_verdict,
    rejections,
    simes,
)
from trueup.audit.declare import (
    Case,
    Check,
    EvidenceGrade,
    Grade,
    Probe,
    Silent,
    Unit,
)
from trueup.audit.grading import (
    GRADES,
    Grading,
    evidence_grade,
    grade_of_case,
    on_one_criterion,
)


@dataclass(frozen=True, slots=True)
class Detection:
    """One unit that breaks the rule of one check, with its grade."""

    key: str
    check: Check
    case: Case
    grade: Grade
    evidence_grade: EvidenceGrade
    confidence: str
    capped_by: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One check with its result."""

    check: Check
    result: str
    probe: Probe | None
    reason: str = ""
    missing: tuple[str, ...] = ()
    limit: float | None = None
    detections: tuple[Detection, ...] = ()
    whole_tripped: bool = False


def limit_of(check: Check, params: Mapping[str, float | str]) -> float | None:
    """The check's limit in force; None where its rule has none."""
    value = params.get(f"{check.id}.{check.limit}")
    return float(value) if isinstance(value, int | float) else None


def global_p(check: Check, probe: Probe | Silent, limit: float | None) -> float | None:
    """The p-value of the check's global test: the whole, and "no unit is beyond the limit".

    The two halves are the limit test over the whole scope and Simes' test over the units; the
    smaller counts twice (Bonferroni). So one bad team is found where the whole is still fine.
    """
    if not isinstance(probe, Probe):
        return None
    bound = limit if limit is not None else 0.0
    whole = case_p(probe.whole, bound)
    units = [p for u in probe.units if (p := case_p(u, bound)) is not None and _enough(u, probe)]
    if whole is None:
        return simes(units) if units else None
    return whole if not units else min(1.0, 2 * min(whole, simes(units)))


def _enough(case: Case, probe: Probe) -> bool:
    return case.estimate.n >= probe.floor


def unit_kinds(check: Check) -> tuple[str, ...]:
    """The unit kinds named at the end of the rule."""
    found = re.search(r"\[unit: ([^\]]*)\]", check.rule)
    words = re.split(r"[,;]", found.group(1)) if found else []
    return tuple(word.strip().split(" ")[0] for word in words if word.strip())


def detect(
    check: Check,
    probe: Probe | Silent,
    missing: tuple[str, ...],
    limit: float | None,
    fired: bool,
    grading: Grading,
) -> Checked:
    """The result of one check and its detections."""
    if isinstance(probe, Silent):
        gaps = tuple(dict.fromkeys((*missing, *probe.missing)))
        return Checked(check, probe.grey, None, probe.reason, gaps, limit)
    bound = limit if limit is not None else 0.0
    if probe.whole.estimate.coverage < COVERED_CHECK:
        reason = f"only {probe.whole.estimate.coverage:.0%} of the records can be used"
        return Checked(check, "not_enough_evidence", probe, reason, missing, limit)
    p_whole = case_p(probe.whole, bound)
    whole = case_verdict(
        probe.whole, bound, fired and p_whole is not None and p_whole <= 0.05, probe.floor
    )
    tripped = _tripped_units(probe, bound, fired)
    if whole == "exceptions" and "organisation" not in unit_kinds(check):
        tripped += _loudest(probe, bound, {case.unit.kind for case in tripped})
    named = tripped and "organisation" not in unit_kinds(check) and not _homeless(probe, tripped)
    told = {part for case in tripped for part in case.branch.split(", ")}
    own = bool(probe.whole.branch) and not set(probe.whole.branch.split(", ")) <= told
    if whole == "exceptions" and (own or not named):
        tripped = [probe.whole, *tripped]
    if not tripped:
        return _quiet(check, probe, whole, limit, missing)
    many = max(Counter(case.unit.kind for case in tripped).values()) >= 2
    detections = tuple(_detection(check, case, grading, many) for case in tripped)
    return Checked(
        check, "exceptions", probe, "", missing, limit, detections, whole == "exceptions"
    )


def _homeless(probe: Probe, tripped: Sequence[Case]) -> bool:
    """Whether an "any" rule found things that stand at no unit (a leaver without a team)."""
    whole = probe.whole
    if not whole.estimate.exact or whole.tripped is not None:
        return False
    by = Counter[str]()
    for case in tripped:
        by[case.unit.kind] += case.exceptions
    if max(by.values()) >= whole.exceptions:
        return False
    return not _rows(whole) <= {row for case in tripped for row in _rows(case)}


def _rows(case: Case) -> set[tuple[str, str]]:
    if case.bad is None:
        return set()
    rows = case.bad()
    return set(zip(rows["table"].to_pylist(), rows["id"].to_pylist(), strict=True))


def unit_family(probe: Probe, bound: float) -> dict[str, float | None]:
    """The p-values of the units of a check that have enough cases, as one family (3.5)."""
    return {
        f"{c.unit.kind}|{c.unit.id}": case_p(c, bound) for c in probe.units if _enough(c, probe)
    }


def _tripped_units(probe: Probe, bound: float, fired: bool) -> list[Case]:
    names = {f"{c.unit.kind}|{c.unit.id}": c for c in probe.units}
    kept = rejections(unit_family(probe, bound))
    return [
        case
        for name, case in names.items()
        if case_verdict(case, bound, fired and kept.get(name, False), probe.floor) == "exceptions"
    ]


def _loudest(probe: Probe, bound: float, told: set[str]) -> list[Case]:
    """Where the whole trips and no unit of a kind has cases enough alone: those that carry it.

    The floor guards a claim that something is wrong; here that is proven by the whole, and the
    units named at the end of the rule say where. Each is beyond the limit with its interval,
    and kept in the family of all units. Where a kind is `told` already, another one adds only a
    unit that holds half of all exceptions.
    """

    def beyond(case: Case) -> bool:
        low, limit = case.estimate.low, case.limit if case.limit is not None else bound
        holds = not told or 2 * case.exceptions >= probe.whole.exceptions
        return holds and case.tripped is not False and low is not None and low > limit

    names = {
        f"{c.unit.kind}|{c.unit.id}": c
        for c in probe.units
        if c.exceptions and c.unit.kind not in told
    }
    ps = {name: case_p(c, bound) for name, c in names.items()}
    kept = rejections(ps)
    return [c for name, c in names.items() if kept.get(name, False) and beyond(c)]


def _quiet(
    check: Check, probe: Probe, whole: Verdict, limit: float | None, missing: tuple[str, ...]
) -> Checked:
    estimate = probe.whole.estimate
    needed = probe.floor
    if limit and limit < 1 and probe.floor > 1:
        needed = max(needed, round(3 / limit))
    few = probe.tested < needed and not estimate.exact
    none = probe.any_trips and probe.whole.exceptions == 0
    if few and not none:
        reason = f"{probe.tested} tested; {needed} are needed"
        return Checked(check, "not_enough_evidence", probe, reason, missing, limit)
    if whole != "clean" or probe.watch:
        return Checked(check, "watch", probe, probe.watch, missing, limit)
    honest = f"none of {probe.tested}: at most {estimate.high or 0.0:.1%}" if few else ""
    return Checked(check, "clean", probe, honest, missing, limit)


def _detection(check: Check, case: Case, grading: Grading, many: bool) -> Detection:
    grade_of = evidence_grade(case, grading.sealed)
    capped_by = grading.caps.get(check.id, ())
    grade, grounds = grade_of_case(check, case, grade_of, many, grading)
    if (capped_by or grade_of in ("C", "D")) and grade in ("minor", "major"):
        grade = "observation"
    return Detection(
        detection_key(check.id, case.unit, grading.scope),
        check,
        case,
        grade,
        grade_of,
        _confidence(case, grade_of),
        capped_by,
        grounds,
    )


def raised_together(checked: Sequence[Checked], grading: Grading) -> list[Checked]:
    """The checks with minors that stand three deep on one criterion raised to major (2.3 e)."""
    minors = {c.check.id: c.check for c in checked if _highest(c) == "minor"}
    known = {c.check.id: c.check for c in checked}
    raised = on_one_criterion(minors, grading.open_minors, known)
    if not grading.independent:
        return list(checked)
    return [
        replace(c, detections=tuple(_raised(d) for d in c.detections))
        if c.check.id in raised
        else c
        for c in checked
    ]


def _highest(checked: Checked) -> str:
    grades = [d.grade for d in checked.detections]
    return max(grades, key=GRADES.index) if grades else ""


def _raised(detection: Detection) -> Detection:
    if detection.grade != "minor":
        return detection
    return replace(detection, grade="major", grounds=(*detection.grounds, "together"))


def _confidence(case: Case, evidence: EvidenceGrade) -> str:
    if evidence in ("C", "D") or case.estimate.method == "modelled":
        return "low"
    if case.estimate.method == "compared" or case.estimate.robustness < 1.0:
        return "medium"
    return "high"


def detection_key(check: str, unit: Unit, scope: str) -> str:
    """The stable identity of a problem: check, unit and digest of the scope (2.7)."""
    digest = hashlib.sha256(scope.encode()).hexdigest()[:16]
    text = f"{check}|{unit.kind}|{unit.id}|{digest}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]
