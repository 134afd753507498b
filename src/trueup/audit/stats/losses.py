"""Money under uncertainty: stated ranges, frequencies, severities and their sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, stats

from trueup.audit.stats.shares import CONFIDENCE, Interval

Array = np.ndarray[Any, Any]
Severity = Callable[[int, np.random.Generator], Array]
DRAWS = 10_000
TAIL = 0.95
LEAST_TAIL = 5


@dataclass(frozen=True, slots=True)
class Pert:
    """A PERT distribution between a and b with mode m (Malcolm and others 1959)."""

    a: float
    m: float
    b: float

    @property
    def shapes(self) -> tuple[float, float]:
        """The two shapes of its beta: 1+4(m−a)/(b−a), 1+4(b−m)/(b−a)."""
        width = self.b - self.a
        return 1 + 4 * (self.m - self.a) / width, 1 + 4 * (self.b - self.m) / width

    def draw(self, size: int, rng: np.random.Generator) -> Array:
        """`size` draws; the mode itself where the range is a point."""
        if self.b <= self.a:
            return np.full(size, self.m)
        return np.asarray(self.a + (self.b - self.a) * rng.beta(*self.shapes, size=size))

    def quantile(self, q: float) -> float:
        """The value not exceeded with probability q."""
        if self.b <= self.a:
            return self.m
        return float(self.a + (self.b - self.a) * stats.beta.ppf(q, *self.shapes))


def pert(low: float, mode: float, high: float, inside: float = 0.80) -> Pert:
    """The PERT whose P10 and P90 are a stated 80 % range (method 3.1).

    With u = (m−a)/(b−a) the beta's two quantiles fix where the mode stands between them; that
    place is monotone in u and solved for, then a and b follow. inside = 1 takes the range as
    the ends themselves. Raises ValueError unless low ≤ mode ≤ high.
    """
    if not low <= mode <= high:
        raise ValueError("a range needs low ≤ mode ≤ high")
    if low == high or inside >= 1:
        return Pert(low, mode, high)
    tail = (1 - inside) / 2
    aim = (mode - low) / (high - low)

    def ends(u: float) -> tuple[float, float]:
        shapes = 1 + 4 * u, 5 - 4 * u
        return float(stats.beta.ppf(tail, *shapes)), float(stats.beta.ppf(1 - tail, *shapes))

    def miss(u: float) -> float:
        q_low, q_high = ends(u)
        return (u - q_low) / (q_high - q_low) - aim

    u = float(optimize.brentq(miss, 0.0, 1.0, xtol=1e-12))
    q_low, q_high = ends(u)
    width = (high - low) / (q_high - q_low)
    a = low - width * q_low
    return Pert(a, mode, a + width)


@dataclass(frozen=True, slots=True)
class Frequency:
    """A gamma belief on a yearly rate: shape a, rate b."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The expected number per unit of exposure."""
        return self.a / self.b

    def interval(self, confidence: float = CONFIDENCE) -> Interval:
        """The mean with its equal-tailed interval."""
        tail = (1 - confidence) / 2
        low, high = stats.gamma.ppf([tail, 1 - tail], self.a, scale=1 / self.b)
        return Interval(self.mean, float(low), float(high))

    def draw(self, size: int, rng: np.random.Generator, exposure: float = 1.0) -> Array:
        """Counts in `exposure`: Poisson with the rate drawn from the belief."""
        return np.asarray(rng.poisson(rng.gamma(self.a, 1 / self.b, size) * exposure))


def gamma_poisson(k: float, exposure: float, a0: float = 0.5, b0: float = 0.0) -> Frequency:
    """λ ~ Gamma(a₀+k, b₀+exposure); without a prior Jeffreys' half (Jeffreys 1946).

    Raises ValueError where neither prior nor exposure says anything.
    """
    if b0 + exposure <= 0:
        raise ValueError("a rate needs a prior or an exposure")
    return Frequency(a0 + k, b0 + exposure)


def frequency_prior(low: float, mode: float, high: float, inside: float = 0.80) -> Frequency:
    """The gamma with mean of the stated range's PERT and its spread, by moments.

    A range that is a point is taken as one year of that count.
    """
    shape = pert(low, mode, high, inside)
    mean = max((shape.a + 4 * shape.m + shape.b) / 6, 1e-9)
    width = shape.b - shape.a
    if width <= 0:
        return Frequency(max(mean, 1e-9), 1.0)
    # PERT with λ = 4: variance = (mean − a)(b − mean)/7
    mean = max(mean, 1e-9)
    variance = max((mean - shape.a) * (shape.b - mean) / 7, 1e-12)
    return Frequency(mean * mean / variance, mean / variance)


def own_severity(losses: Array) -> Severity:
    """Draws from own losses with a tail above their P95 (Embrechts and others 1997).

    Below P95 a bootstrap. Above it a Pareto with Hill's index where at least 5 losses lie there
    (index at least 1.1, so that the mean is finite), else the upper end of a lognormal.
    Raises ValueError without losses above 0.
    """
    x = np.sort(np.asarray(losses, float))
    x = x[x > 0]
    if not len(x):
        raise ValueError("a severity needs losses")
    cut = float(np.quantile(x, TAIL))
    body, beyond = x[x <= cut], x[x > cut]
    logs = np.log(x)
    mu, sigma = float(logs.mean()), float(logs.std(ddof=1)) if len(x) > 1 else 0.0

    def tail(size: int, rng: np.random.Generator) -> Array:
        if len(beyond) >= LEAST_TAIL:
            index = max(1.1, 1 / float(np.log(beyond / cut).mean()))
            return np.asarray(cut * (1 - rng.random(size)) ** (-1 / index))
        if sigma <= 0:
            return np.full(size, cut)
        floor = stats.norm.cdf((np.log(cut) - mu) / sigma)
        deep = floor + (1 - floor) * rng.random(size)
        return np.asarray(np.exp(mu + sigma * stats.norm.ppf(np.minimum(deep, 1 - 1e-12))))

    def draw(size: int, rng: np.random.Generator) -> Array:
        far = rng.random(size) > TAIL
        drawn = body[rng.integers(0, len(body), size)]
        drawn[far] = tail(int(far.sum()), rng)
        return np.asarray(drawn)

    return draw


@dataclass(frozen=True, slots=True)
class Loss:
    """A distribution of money: P10, P50, P90, mean, mean of the worst 5 %, and its curve.

    `exceedance` holds pairs (amount, probability of more).
    """

    p10: float
    p50: float
    p90: float
    mean: float
    tvar95: float
    exceedance: tuple[tuple[float, float], ...]
    draws: Array


def summarise(draws: Array, points: int = 20) -> Loss:
    """Percentiles, mean, TVaR95 and exceedance curve of draws."""
    x = np.sort(np.asarray(draws, float))
    if not len(x):
        raise ValueError("nothing was drawn")
    p10, p50, p90, p95 = (float(q) for q in np.quantile(x, [0.1, 0.5, 0.9, 0.95]))
    chances = np.linspace(0.95, 0.0, points, endpoint=False)
    curve = tuple((float(np.quantile(x, 1 - c)), float(c)) for c in chances)
    return Loss(p10, p50, p90, float(x.mean()), float(x[x >= p95].mean()), curve, x)


def compound(
    frequency: Frequency, severity: Severity, rng: np.random.Generator, draws: int = DRAWS
) -> Array:
    """Yearly losses: Σ of N severities, N from the frequency; one value per draw.

    Collective risk model (Klugman and others 2012). Add the draws of several risks and pass
    the sum to `summarise`.
    """
    n = frequency.draw(draws, rng)
    total = severity(int(n.sum()), rng)
    return np.bincount(np.repeat(np.arange(draws), n), total, minlength=draws)
