"""From a value to a light, and from a case to "tripped": the decision rule of section 3.3.

All functions are pure. p-values are one-sided: "not worse than the limit".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from trueup.audit.declare import Answer, Case, Direction, Estimate, Light, Measure, Silent
from trueup.audit.stats.inference import bh

Z90 = float(stats.norm.ppf(0.95))
FALSE_DISCOVERY = 0.10
ROBUST = 0.80
COVERED = 0.80
COVERED_CHECK = 0.50

Verdict = Literal["exceptions", "watch", "clean"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Target and limit as numbers; None where the catalogue judges by trend or not at all."""

    target: float | None
    limit: float | None
    kind: Literal["number", "trend", "context", "unknown"] = "number"


def bounds_of(
    measure: Measure,
    answer: Answer,
    confirmed: Mapping[str, tuple[float | None, float | None]],
    materiality: float,
) -> Bounds:
    """Target T and limit L of a measure: confirmed ones of the pack, else the catalogue's."""
    if measure.target == "context":
        return Bounds(None, None, "context")
    if measure.target == "trend":
        return Bounds(None, None, "trend")
    own_target, own_limit = confirmed.get(measure.id, (None, None))
    limit = _first(own_limit, answer.limit, _number(measure.limit, materiality))
    target = _first(own_target, answer.target, _number(measure.target, materiality))
    if limit is None:
        limit = target
    if limit is None:
        return Bounds(None, None, "unknown")
    return Bounds(limit if target is None else target, limit)


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _number(bound: object, materiality: float) -> float | None:
    if bound == "materiality":
        return materiality
    if isinstance(bound, int | float):
        return float(bound)
    return None


def worse(value: float, than: float, direction: Direction) -> bool:
    """Whether `value` lies beyond `than` in the bad direction."""
    if direction == "up":
        return value < than
    if direction == "band":
        return abs(value) > than
    return value > than


def ends(estimate: Estimate, direction: Direction) -> tuple[float, float]:
    """The better and the worse end of the interval (of the absolute value for a band)."""
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    assert low is not None
    assert high is not None
    if direction == "up":
        return high, low
    if direction == "band":
        inside = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
        return inside, max(abs(low), abs(high))
    return low, high


def limit_p(estimate: Estimate, limit: float, direction: Direction) -> float | None:
    """The p-value of "not worse than the limit": the estimate's own, else from its interval."""
    if estimate.exact or estimate.value is None:
        return None
    if estimate.p is not None:
        return estimate.p
    better, _ = ends(estimate, direction)
    value = abs(estimate.value) if direction == "band" else estimate.value
    distance = (limit - value) if direction == "up" else (value - limit)
    spread = abs(value - better) / Z90
    if spread == 0:
        return 0.0 if distance > 0 else 1.0
    return float(stats.norm.sf(distance / spread))


def light_of(
    estimate: Estimate, bounds: Bounds, direction: Direction, n_min: int, rejected: bool
) -> Light:
    """Rows 3 to 7 of section 3.3 for one value; `rejected` says that its test survived BH."""
    if estimate.value is None or estimate.n < n_min or estimate.coverage < COVERED:
        return "not_enough_evidence"
    if bounds.kind == "context":
        return "not_applicable"
    if bounds.kind == "trend":
        return "amber" if estimate.signal else "green"
    if bounds.limit is None or bounds.target is None:
        return "not_enough_evidence"
    return _against(estimate, bounds.target, bounds.limit, direction, rejected)


def _against(
    estimate: Estimate, target: float, limit: float, direction: Direction, rejected: bool
) -> Light:
    assert estimate.value is not None
    better_end, worse_end = ends(estimate, direction)
    beyond = worse(better_end, limit, "down" if direction == "band" else direction)
    if beyond and (rejected or estimate.exact) and estimate.robustness >= ROBUST:
        return "red"
    way: Direction = "down" if direction == "band" else direction
    covers_limit = worse(worse_end, limit, way) and not beyond
    covers_target = worse(worse_end, target, way) and not worse(better_end, target, way)
    if covers_limit and covers_target and target != limit:
        return "not_enough_evidence"
    point_bad = worse(estimate.value, target, direction)
    if point_bad or covers_limit or beyond or estimate.signal:
        return "amber"
    return "green"


def capped(light: Light, cap: Light | None) -> Light:
    """The light, or the cap where the light is worse than the answer may show."""
    order: tuple[Light, ...] = ("green", "amber", "red")
    if cap in order and light in order and order.index(light) > order.index(cap):
        return cap
    return light


def rejections(p_values: Mapping[str, float | None]) -> dict[str, bool]:
    """BH at q = 0.10 over one family; names without a p-value (exact counts) are left out."""
    names = sorted(name for name, p in p_values.items() if p is not None)
    if not names:
        return {}
    kept = bh([float(p_values[name] or 0.0) for name in names], FALSE_DISCOVERY)
    return dict(zip(names, (bool(k) for k in kept), strict=True))


def simes(p_values: Iterable[float]) -> float:
    """One p-value for "none of these": min over i of m * p(i) / i (Simes 1986)."""
    ordered = sorted(p_values)
    if not ordered:
        return 1.0
    return float(min(1.0, min(len(ordered) * p / (i + 1) for i, p in enumerate(ordered))))


def case_p(case: Case, limit: float) -> float | None:
    """The p-value of one case of a check (bad direction is up); None where counting decides."""
    if case.estimate.exact or (case.tripped is not None and case.estimate.p is None):
        return None
    return limit_p(case.estimate, case.limit if case.limit is not None else limit, "down")


def case_verdict(case: Case, limit: float, rejected: bool, floor: int) -> Verdict:
    """What one case says: exact rules by counting, a rule's own flag, else interval and BH."""
    bound = case.limit if case.limit is not None else limit
    estimate = case.estimate
    if estimate.exact:
        tripped = case.tripped if case.tripped is not None else case.exceptions > 0
        return "exceptions" if tripped else "clean"
    if estimate.value is None:
        return "clean"
    beyond = estimate.low is not None and estimate.low > bound
    if case.tripped is not None:
        beyond = case.tripped
    significant = rejected or (case.tripped is True and estimate.p is None)
    if beyond and significant and estimate.robustness >= ROBUST and estimate.n >= floor:
        return "exceptions"
    straddles = estimate.high is not None and estimate.high > bound and case.exceptions > 0
    return "watch" if beyond or estimate.value > bound or straddles else "clean"


def silent_of(answer: object) -> Silent | None:
    """The silence of an answer, where it has no verdict to give."""
    if isinstance(answer, Silent):
        return answer
    if isinstance(answer, Answer) and isinstance(answer.whole, Silent):
        return answer.whole
    return None
