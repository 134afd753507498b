"""Trends and breaks in a series: Theil-Sen slopes and change points on ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.resample import block_index
from trueup.audit.stats.shares import CONFIDENCE

Array = np.ndarray[Any, Any]
CELLS = 4_000_000
DUST = 1e-12


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope per step with its interval."""

    slope: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where a series breaks: the first index of the later part, and the permutation p-value."""

    index: int
    p: float
    statistic: float


def slope_of(x: Array, y: Array) -> float:
    """The median of all pairwise slopes (Theil 1950, Sen 1968); nan where x never moves."""
    i, j = np.triu_indices(len(x), 1)
    dx = x[j] - x[i]
    use = dx != 0
    return float(np.median((y[j] - y[i])[use] / dx[use])) if use.any() else float("nan")


def slope_draws(
    x: Array, y: Array, rng: np.random.Generator, block: int = 3, draws: int = 1000
) -> Array:
    """Slopes of series rebuilt from the line and its residuals drawn in blocks (Künsch 1989)."""
    slope = slope_of(x, y)
    base = float(np.median(y - slope * x))
    rest = y - base - slope * x
    index = block_index(len(x), block, draws, rng)
    i, j = np.triu_indices(len(x), 1)
    use = x[j] != x[i]
    i, j = i[use], j[use]
    fitted = base + slope * x
    out = np.empty(draws)
    chunk = max(1, CELLS // max(len(i), 1))
    for at in range(0, draws, chunk):
        drawn = fitted + rest[index[at : at + chunk]]
        out[at : at + chunk] = np.median((drawn[:, j] - drawn[:, i]) / (x[j] - x[i]), axis=1)
    return out


def theil_sen(
    x: Array,
    y: Array,
    rng: np.random.Generator,
    block: int = 3,
    draws: int = 1000,
    confidence: float = CONFIDENCE,
) -> Slope:
    """Theil-Sen slope with a block bootstrap of the residuals.

    The residuals around the line are drawn in blocks, so that their autocorrelation stays.
    Rows are put in order of x (then y) first.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    slope = slope_of(x, y)
    if len(x) < 3 or not np.isfinite(slope):
        return Slope(slope, float("-inf"), float("inf"))
    drawn = slope_draws(x, y, rng, block, draws)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Slope(slope, float(low), float(high))


def change_point(
    y: Array, rng: np.random.Generator, segment: int = 4, permutations: int = 999
) -> ChangePoint | None:
    """The strongest break of a series on ranks (Pettitt 1979 in its CUSUM form).

    Maximises |Σ_{i≤k}(r_i − r̄)| / √(k(n−k)/n) over k with at least `segment` points on each
    side; p by permutation. None where the series is too short or holds a value that is none.
    """
    n = len(y)
    if n < 2 * segment or not np.isfinite(np.asarray(y, float)).all():
        return None
    ranks = stats.rankdata(y)
    own = _breaks(ranks, segment)
    best = int(np.argmax(own))
    shuffled = rng.permuted(np.tile(ranks, (permutations, 1)), axis=1)
    largest = _breaks(shuffled, segment).max(axis=1)
    p = (1 + int((largest >= own[best] - DUST).sum())) / (permutations + 1)
    return ChangePoint(best + segment, p, float(own[best]))


def change_points(
    y: Array,
    rng: np.random.Generator,
    segment: int = 4,
    permutations: int = 999,
    p_max: float = 0.01,
) -> list[ChangePoint]:
    """All breaks with p < `p_max` by binary segmentation (Scott and Knott 1974), by index."""
    found: list[ChangePoint] = []
    waiting = [(0, len(y))]
    while waiting:
        start, stop = waiting.pop(0)
        hit = change_point(np.asarray(y)[start:stop], rng, segment, permutations)
        if hit is None or hit.p >= p_max:
            continue
        found.append(ChangePoint(start + hit.index, hit.p, hit.statistic))
        waiting += [(start, start + hit.index), (start + hit.index, stop)]
    return sorted(found, key=lambda c: c.index)


def change_interval(
    y: Array,
    index: int,
    rng: np.random.Generator,
    segment: int = 4,
    draws: int = 999,
    confidence: float = CONFIDENCE,
) -> tuple[int, int]:
    """Where the break may lie: lowest and highest index by a bootstrap (Hušková and Kirch 2008).

    Each side is resampled around its own values and the strongest break is found anew.
    """
    y = np.asarray(y, float)
    n = len(y)
    left = rng.integers(0, index, size=(draws, index))
    right = rng.integers(index, n, size=(draws, n - index))
    ranks = stats.rankdata(y[np.concatenate([left, right], axis=1)], axis=1)
    best = _breaks(ranks, segment).argmax(axis=1) + segment
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(best, tails, method="inverted_cdf").astype(int)
    return min(int(low), index), max(int(high), index)


def _breaks(ranks: Array, segment: int) -> Array:
    """The statistic for each allowed length of the earlier part."""
    n = ranks.shape[-1]
    k = np.arange(segment, n - segment + 1)
    sums = np.cumsum(ranks - ranks.mean(axis=-1, keepdims=True), axis=-1)
    return np.asarray(np.abs(sums[..., k - 1]) / np.sqrt(k * (n - k) / n))
