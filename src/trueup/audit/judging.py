"""Raw answers to lights: families, gates, blocks and units of the measures (3.3 and 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trueup.audit.decide import (
    Bounds,
    bounds_of,
    capped,
    light_of,
    limit_p,
    rejections,
    silent_of,
)
from trueup.audit.declare import Answer, Estimate, Light, Measure, Silent, Unit


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the gates hold back: whole measures, and measures for single units."""

    whole: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[tuple[str, Unit], tuple[str, ...]] = field(default_factory=dict)

    def of(self, measure: Measure) -> tuple[str, ...]:
        """The gates that block a measure, its own and those it is built on."""
        names = {measure.id, *measure.built_on}
        return tuple(sorted({gate for name in names for gate in self.whole.get(name, ())}))

    def of_unit(self, measure: Measure, unit: Unit) -> tuple[str, ...]:
        """The gates that block a measure for one unit only."""
        names = {measure.id, *measure.built_on}
        return tuple(sorted({g for name in names for g in self.units.get((name, unit), ())}))


@dataclass(frozen=True, slots=True)
class UnitLight:
    """One unit of a measure: its value and its light."""

    unit: Unit
    estimate: Estimate
    light: Light


@dataclass(frozen=True, slots=True)
class Judged:
    """One measure with its light; `estimate` is None where there is no value to show."""

    measure: Measure
    light: Light
    bounds: Bounds
    estimate: Estimate | None
    answer: Answer | None
    reason: str
    missing: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    by: tuple[UnitLight, ...] = ()
    silence: Silent | None = None

    @property
    def n(self) -> int | None:
        """How many cases it rests on, or how many there were where that was too few."""
        if self.estimate is not None:
            return self.estimate.n
        return self.silence.n if self.silence is not None else None

    @property
    def n_min(self) -> int | None:
        """How many cases it takes."""
        told = self.silence.n_min if self.silence is not None else None
        return told if told is not None or self.answer is None else self.answer.n_min


def global_p(measure: Measure, answer: Answer | Silent, bounds: Bounds) -> float | None:
    """The p-value of the measure's limit test over the whole scope; None where there is none."""
    if not isinstance(answer, Answer) or isinstance(answer.whole, Silent):
        return None
    if answer.light is not None or bounds.limit is None:
        return None
    if answer.whole.value is None or answer.whole.n < answer.n_min:
        return None
    return limit_p(answer.whole, bounds.limit, measure.direction)


def judge(
    measure: Measure,
    answer: Answer | Silent,
    missing: tuple[str, ...],
    bounds: Bounds,
    blocks: Blocks,
    rejected: bool,
) -> Judged:
    """The light of one measure and of its units, in the order of section 3.3."""
    silence = silent_of(answer)
    whole = answer.whole if isinstance(answer, Answer) else None
    estimate = whole if isinstance(whole, Estimate) else None
    full = answer if isinstance(answer, Answer) else None
    blocked = blocks.of(measure)
    if measure.target == "context" and estimate is not None:
        return Judged(
            measure, "not_applicable", bounds, estimate, full, "context", by=_shown(answer)
        )
    if silence is not None and silence.grey == "not_applicable":
        return Judged(measure, "not_applicable", bounds, None, full, silence.reason)
    if blocked:
        reason = "blocked by " + ", ".join(blocked)
        gaps = tuple(dict.fromkeys((*missing, *(silence.missing if silence else ()))))
        return Judged(
            measure, "data_not_trustworthy", bounds, estimate, full, reason, gaps, blocked
        )
    if silence is not None:
        gaps = tuple(dict.fromkeys((*missing, *silence.missing)))
        return Judged(
            measure, silence.grey, bounds, None, full, silence.reason, gaps, silence=silence
        )
    assert full is not None
    assert estimate is not None
    light = full.light or light_of(estimate, bounds, measure.direction, full.n_min, rejected)
    light = capped(light, full.cap)
    by = _units(measure, full, bounds, blocks)
    return Judged(measure, light, bounds, estimate, full, _why(full, light), missing, (), by)


def _shown(answer: Answer | Silent) -> tuple[UnitLight, ...]:
    """The units of a measure that is context: their values, and no light."""
    found = answer.by if isinstance(answer, Answer) else ()
    return tuple(UnitLight(unit, estimate, "not_applicable") for unit, estimate in found)


def _why(answer: Answer, light: Light) -> str:
    estimate = answer.whole
    assert isinstance(estimate, Estimate)
    if light != "not_enough_evidence":
        return answer.notes[0] if answer.notes else ""
    if estimate.n < answer.n_min:
        return f"{estimate.n} cases; {answer.n_min} are needed"
    if estimate.coverage < 0.8:
        return f"only {estimate.coverage:.0%} of the records can be used; 80% are needed"
    return "the interval covers both the target and the limit; more cases are needed"


def _units(
    measure: Measure, answer: Answer, bounds: Bounds, blocks: Blocks
) -> tuple[UnitLight, ...]:
    own = {unit: _own(answer, unit, bounds) for unit, _ in answer.by}
    kept = rejections(unit_family(measure, answer, bounds))
    lights = []
    for unit, estimate in answer.by:
        name = f"{unit.kind}|{unit.id}"
        light: Light = answer.unit_lights.get(unit) or light_of(
            estimate, own[unit], measure.direction, answer.unit_n_min, kept.get(name, False)
        )
        if blocks.of_unit(measure, unit):
            light = "data_not_trustworthy"
        cap = answer.unit_caps.get(unit, answer.cap)
        lights.append(UnitLight(unit, estimate, capped(light, cap)))
    return tuple(lights)


def _own(answer: Answer, unit: Unit, bounds: Bounds) -> Bounds:
    pair = answer.unit_bounds.get(unit)
    return Bounds(*pair) if pair else bounds


def unit_family(measure: Measure, answer: Answer, bounds: Bounds) -> dict[str, float | None]:
    """The p-values of the units of a measure that have enough cases, as one family (3.5)."""
    ps: dict[str, float | None] = {}
    for unit, estimate in answer.by:
        limit = _own(answer, unit, bounds).limit
        if limit is not None and estimate.value is not None and estimate.n >= answer.unit_n_min:
            ps[f"{unit.kind}|{unit.id}"] = limit_p(estimate, limit, measure.direction)
    return ps


__all__ = ["Blocks", "Judged", "UnitLight", "bounds_of", "global_p", "judge", "unit_family"]
