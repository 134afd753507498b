"""Control charts: what moves is told apart from what merely varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]
Rule = Literal["outside", "shift", "trend"]

PICTURE, SPEAKS = 8, 12
MEAN_RANGE = 1.128  # expected range of two normal values, in standard deviations
RUN, CLIMB = 8, 6


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal: the index of the point that completes it, its rule, up (1) or down (−1)."""

    index: int
    rule: Rule
    side: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A control chart: a centre, limits per point, and signals.

    `sigma_z` is the spread beyond chance (1 = pure chance; nan for XmR); `speaks` is false
    below 12 points, when the chart is only a picture.
    """

    centre: float
    low: Array
    high: Array
    z: Array
    sigma_z: float
    signals: tuple[Signal, ...]
    speaks: bool

    @property
    def outside(self) -> tuple[int, ...]:
        """The points beyond the limits."""
        return tuple(s.index for s in self.signals if s.rule == "outside")


def xmr(y: Array, baseline: int | None = None, log: bool = False) -> Chart:
    """Individuals chart: x̄ ± 2.66·mean moving range (Shewhart 1931, Wheeler 1993).

    `baseline` points give the limits (all by default). With `log`, values above 0 are charted
    on the log scale and centre and limits are given back on the scale of the values.
    """
    x = np.log(np.asarray(y, float)) if log else np.asarray(y, float)
    part = x[: baseline or len(x)]
    if len(part) < 2:
        return Chart(
            _mean(y), _flat(y, -np.inf), _flat(y, np.inf), _flat(y, 0.0), np.nan, (), False
        )
    centre, mean_range = float(part.mean()), float(np.abs(np.diff(part)).mean())
    half = 2.66 * mean_range
    sigma = mean_range / MEAN_RANGE
    rest = _clean(x - centre)
    z = rest / sigma if sigma > 0 else np.where(rest == 0, 0.0, np.copysign(np.inf, rest))
    out = np.abs(rest) > half
    speaks = len(part) >= SPEAKS
    found = signals(x, centre, out) if speaks else ()
    back = np.exp if log else (lambda v: v)
    low, high = _flat(x, back(centre - half)), _flat(x, back(centre + half))
    return Chart(float(back(centre)), low, high, z, np.nan, found, speaks)


def laney_p(k: Array, n: Array) -> Chart:
    """The p′ chart for shares of many cases (Laney 2002).

    z_i = (p_i − p̄)/σ_i, σ_i = √(p̄(1−p̄)/n_i), σ_z = mean moving range of z / 1.128; limits
    p̄ ± 3·σ_i·σ_z, cut to 0..1. Periods without cases stay out of the limits.
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    total = n.sum()
    centre = float(k.sum() / total) if total else float("nan")
    spread = np.sqrt(centre * (1 - centre)) if total else float("nan")
    return _laney(k, n, centre, spread, top=1.0)


def laney_u(k: Array, exposure: Array) -> Chart:
    """The u′ chart for rates of large exposures (Laney 2002), σ_i = √(ū/E_i); else as p′."""
    k, e = np.asarray(k, float), np.asarray(exposure, float)
    total = e.sum()
    centre = float(k.sum() / total) if total else float("nan")
    return _laney(k, e, centre, np.sqrt(centre) if total else float("nan"), top=np.inf)


def _laney(k: Array, size: Array, centre: float, spread: float, top: float) -> Chart:
    used = size > 0
    if not used.any():
        return Chart(centre, _flat(k, 0.0), _flat(k, top), _flat(k, 0.0), np.nan, (), False)
    safe = np.where(used, size, 1.0)
    sigma = spread / np.sqrt(safe)
    rest = np.where(used, _clean(k / safe - centre), 0.0)
    z = rest / sigma if spread > 0 else np.zeros(len(k))
    steps = np.abs(np.diff(z[used]))
    sigma_z = float(steps.mean() / MEAN_RANGE) if len(steps) else 1.0
    out = used & (np.abs(z) > 3 * sigma_z + 1e-9)
    speaks = int(used.sum()) >= PICTURE
    place = np.flatnonzero(used)
    found = tuple(
        Signal(int(place[s.index]), s.rule, s.side) for s in signals(z[used], 0.0, out[used])
    )
    low = np.clip(centre - 3 * sigma * sigma_z, 0.0, top)
    high = np.clip(centre + 3 * sigma * sigma_z, 0.0, top)
    return Chart(centre, low, high, z, sigma_z, found if speaks else (), speaks)


@dataclass(frozen=True, slots=True)
class Drift:
    """An EWMA chart: the smoothed series, its limits, and the points beyond them."""

    smooth: Array
    low: Array
    high: Array
    outside: tuple[int, ...]


def ewma(
    y: Array,
    mean: float | None = None,
    sigma: float | None = None,
    weight: float = 0.2,
    width: float = 2.7,
) -> Drift:
    """Exponentially weighted mean for slow drift (Roberts 1959, limits Lucas and Saccucci 1990).

    z_t = λx_t + (1−λ)z_{t−1} from z_0 = μ; limits μ ± Lσ√(λ/(2−λ)·(1−(1−λ)^{2t})). μ and σ are
    those of the series (σ from the moving range) where the caller gives none.
    """
    x = np.asarray(y, float)
    if len(x) == 0:
        return Drift(x, x, x, ())
    mean = float(x.mean()) if mean is None else mean
    if sigma is None:
        sigma = float(np.abs(np.diff(x)).mean() / MEAN_RANGE) if len(x) > 1 else 0.0
    t = np.arange(1, len(x) + 1)
    keep = 1 - weight
    # weights of the past as a triangle would need n² cells; the recurrence is as exact and short
    smooth, last = np.empty(len(x)), mean
    for i, value in enumerate(x):
        last = weight * value + keep * last
        smooth[i] = last
    half = width * sigma * np.sqrt(weight / (2 - weight) * (1 - keep ** (2 * t)))
    out = np.abs(_clean(smooth - mean)) > half
    return Drift(smooth, mean - half, mean + half, tuple(int(i) for i in np.flatnonzero(out)))


def signals(x: Array, centre: float, out: Array) -> tuple[Signal, ...]:
    """A point outside, 8 in a row on one side, 6 in a row rising or falling (Nelson 1984).

    A point on the centre ends a run, an equal neighbour ends a climb. Each run or climb is told
    once, at the point that completes it.
    """
    side = np.sign(_clean(x - centre)).astype(int)
    found = [Signal(int(i), "outside", int(side[i])) for i in np.flatnonzero(out)]
    found += [Signal(i, "shift", s) for i, s in _completed(side, RUN)]
    steps = np.sign(_clean(np.diff(x))).astype(int)
    found += [Signal(i + 1, "trend", s) for i, s in _completed(steps, CLIMB - 1)]
    return tuple(sorted(found, key=lambda s: (s.index, s.rule)))


def deseason(y: Array, period: int = 12) -> Array:
    """The series without its additive season: the mean of each place in the year taken off.

    The place means are those of the series less its straight line (least squares), centred on
    0. A series of less than two whole seasons comes back as it is. Use logs for money.
    """
    x = np.asarray(y, float)
    if len(x) < 2 * period:
        return x
    t = np.arange(len(x)) - (len(x) - 1) / 2
    rest = x - x.mean() - t * (t @ x) / (t @ t)
    place = np.arange(len(x)) % period
    means = np.bincount(place, rest, minlength=period) / np.bincount(place, minlength=period)
    return np.asarray(x - (means - means.mean())[place])


def _completed(side: Array, length: int) -> list[tuple[int, int]]:
    """Where a run of one sign first reaches `length`, and its sign."""
    found, run, last = [], 0, 0
    for i, s in enumerate(side.tolist()):
        run = run + 1 if s == last and s else int(s != 0)
        last = s
        if run == length:
            found.append((i, s))
    return found


def _clean(x: Array) -> Array:
    """Differences with the dust of floating point taken off, so that equal stays equal."""
    return np.asarray(np.where(np.abs(x) < 1e-12, 0.0, x))


def _flat(y: Array, value: float) -> Array:
    return np.full(len(y), value)


def _mean(y: Array) -> float:
    return float(np.mean(y)) if len(y) else float("nan")
