"""Effects of an action or a change: each unit is its own control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.regression import Fit, newey_west, with_intercept
from trueup.audit.stats.shares import CONFIDENCE, Interval

Array = np.ndarray[Any, Any]
LEAST_BEFORE = 6
HOURS_OF_WEEK = 168.0


@dataclass(frozen=True, slots=True)
class Did:
    """A difference-in-differences with the difference of the slopes before.

    `sound` is false with fewer than 6 periods before, or where the slopes before differ.
    """

    effect: float
    low: float
    high: float
    slope: Interval
    sound: bool


def did(
    treated: Array, control: Array, start: int, lag: int = 3, confidence: float = CONFIDENCE
) -> Did:
    """(T₁−T₀)−(C₁−C₀) for two series of periods, the action at index `start` (Ashenfelter 1985).

    The step of the difference T−C, with Newey-West errors; likewise its slope before the start,
    whose interval must contain 0.
    """
    d = np.asarray(treated, float) - np.asarray(control, float)
    before, after = d[:start], d[start:]
    none = Interval(float("nan"), float("-inf"), float("inf"))
    if not len(before) or not len(after):
        return Did(none.value, none.low, none.high, none, False)
    effect = float(after.mean() - before.mean())
    step = _one(newey_west(d, with_intercept(np.arange(len(d)) >= start), lag, confidence), effect)
    t = np.arange(len(before), dtype=float)
    slope = _one(newey_west(before, with_intercept(t), lag, confidence), none.value)
    sound = len(before) >= LEAST_BEFORE and slope.low <= 0 <= slope.high
    return Did(effect, step.low, step.high, slope, sound)


def _one(fit: Fit | None, value: float) -> Interval:
    if fit is None:
        return Interval(value, float("-inf"), float("inf"))
    return Interval(float(fit.coef[1]), float(fit.low[1]), float(fit.high[1]))


@dataclass(frozen=True, slots=True)
class Windows:
    """Per change: incidents in the window after, the mean of its control windows, the window
    before, and whether enough control windows were free."""

    after: Array
    expected: Array
    before: Array
    used: Array


@dataclass(frozen=True, slots=True)
class Timeline:
    """Times in hours with the number of the set (change target) each belongs to."""

    unit: Array
    hour: Array


def windows(
    changes: Timeline,
    incidents: Timeline,
    starts: Array | None = None,
    hours: float = 72.0,
    weeks: int = 8,
    least: int = 4,
) -> Windows:
    """Count incidents after each change's end, and in its control windows (MR-02).

    Control windows have the same length, weekday and hour in the `weeks` weeks before; those
    touching another change of the same set (its start to its end) are left out, and a change
    with fewer than `least` of them is not used. All windows are (from, to].
    """
    ends, unit = np.asarray(changes.hour, float), np.asarray(changes.unit)
    begun = ends if starts is None else np.asarray(starts, float)
    count = _counter(incidents, ends, hours, weeks)
    back = ends[:, None] - HOURS_OF_WEEK * np.arange(1, weeks + 1)
    per_window = count(np.broadcast_to(unit[:, None], back.shape), back, hours)
    touched = np.zeros(back.shape, bool)
    for u in np.unique(unit):
        mine = np.flatnonzero(unit == u)
        first, last = np.sort(begun[mine]), np.sort(ends[mine])
        # changes begun by the window's end, less those over before its start, lie across it
        across = np.searchsorted(first, back[mine] + hours, "right")
        across = across - np.searchsorted(last, back[mine], "right")
        own = (begun[mine][:, None] <= back[mine] + hours) & (ends[mine][:, None] > back[mine])
        touched[mine] = across > own
    free = (~touched).sum(1)
    expected = np.where(touched, 0, per_window).sum(1) / np.maximum(free, 1)
    return Windows(
        count(unit, ends, hours), expected, count(unit, begun - hours, hours), free >= least
    )


def _counter(incidents: Timeline, ends: Array, hours: float, weeks: int) -> Any:
    """A function counting incidents of a set in (from, from + length], for many at once."""
    at, unit = np.asarray(incidents.hour, float), np.asarray(incidents.unit)
    both = np.concatenate([at, ends]) if len(at) + len(ends) else np.zeros(1)
    edge = HOURS_OF_WEEK * (weeks + 53) + hours
    low = float(both.min()) - edge
    span = float(both.max()) - low + edge
    keys = np.sort(unit * span + (at - low))

    def count(sets: Array, start: Array, length: float) -> Array:
        key = sets * span + (start - low)
        upto = np.searchsorted(keys, key + length, "right")
        return np.asarray(upto - np.searchsorted(keys, key, "right"))

    return count


@dataclass(frozen=True, slots=True)
class SelfControlled:
    """Incidents after changes against normal: ratio, excess, attributable part, the window
    before as negative control (about 1 when changes do not merely react to trouble)."""

    irr: float
    low: float
    high: float
    excess: float
    attributable: float
    phi: float
    control: Interval
    observed: float
    expected: float
    changes: int


def self_controlled(
    observed: Array,
    expected: Array,
    before: Array,
    usual: Array | None = None,
    confidence: float = CONFIDENCE,
) -> SelfControlled:
    """IRR = ΣO/ΣE with the exact Poisson interval of ΣO, widened by φ (MR-02; Farrington 1995).

    φ = max(1, Σ(O−IRR·E)²/(IRR·E)/(n−1)) over changes with E > 0; with φ > 1 the interval is that
    of O/φ and E/φ. excess = ΣO−ΣE, attributable = 1 − 1/IRR. `usual` is what is expected in the
    window before; that after the change where it is not given.
    """
    o, e, b = (np.asarray(v, float) for v in (observed, expected, before))
    c = e if usual is None else np.asarray(usual, float)
    total, normal = float(o.sum()), float(e.sum())
    phi = _phi(o, e)
    ratio = _poisson(total, normal, phi, confidence)
    control = _poisson(float(b.sum()), float(c.sum()), _phi(b, c), confidence)
    part = 1 - 1 / ratio.value if ratio.value > 0 else float("nan")
    return SelfControlled(
        ratio.value,
        ratio.low,
        ratio.high,
        total - normal,
        part,
        phi,
        control,
        total,
        normal,
        len(o),
    )


def _phi(o: Array, e: Array) -> float:
    use = e > 0
    if use.sum() < 2 or not o[use].sum():
        return 1.0
    fitted = e[use] * (o[use].sum() / e[use].sum())
    return max(1.0, float(((o[use] - fitted) ** 2 / fitted).sum()) / (int(use.sum()) - 1))


def _poisson(k: float, expected: float, phi: float, confidence: float) -> Interval:
    if expected <= 0:
        return Interval(float("nan") if k == 0 else float("inf"), 0.0, float("inf"))
    alpha, thin = 1 - confidence, k / phi
    low = float(stats.chi2.ppf(alpha / 2, 2 * thin) / 2) if thin else 0.0
    high = float(stats.chi2.ppf(1 - alpha / 2, 2 * thin + 2) / 2)
    return Interval(k / expected, low * phi / expected, high * phi / expected)


def shifted_weeks_p(
    changes: Timeline,
    incidents: Timeline,
    rng: np.random.Generator,
    hours: float = 72.0,
    reach: int = 8,
    draws: int = 1000,
) -> float:
    """How often do the changes, each shifted by whole weeks, see as many incidents after them?

    Each change moves by its own ±1..`reach` weeks; p = (1 + draws with ΣO* ≥ ΣO)/(draws + 1).
    """
    order = np.lexsort((changes.hour, changes.unit))
    ends = np.asarray(changes.hour, float)[order]
    unit = np.asarray(changes.unit)[order]
    if not len(ends):
        return 1.0
    count = _counter(incidents, ends, hours, reach)
    own = int(count(unit, ends, hours).sum())
    hits = 0
    for _ in range(draws):
        weeks = rng.integers(1, reach + 1, len(ends)) * rng.choice((-1, 1), len(ends))
        hits += int(count(unit, ends + HOURS_OF_WEEK * weeks, hours).sum()) >= own
    return (1 + hits) / (draws + 1)
