"""Intervals by resampling: whole clusters or whole blocks of time, never single tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, Interval

Array = np.ndarray[Any, Any]
DRAWS = 2000
MOST_LEFT_OUT = 500
CELLS = 4_000_000


def bca(
    values: Array,
    statistic: Callable[[Array], float],
    rng: np.random.Generator,
    clusters: Array | None = None,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Bias-corrected and accelerated bootstrap over clusters (Efron 1987).

    z₀ = Φ⁻¹(share of θ* < θ̂, ties by half), a = Σ(θ̄−θ₍ᵢ₎)³/6(Σ(θ̄−θ₍ᵢ₎)²)^1.5 by leaving out one
    cluster at a time (groups of clusters beyond 500). `statistic` takes rows of `values`; each
    row is its own cluster without `clusters`. Rows are sorted first, so their order is free.
    """
    rows, starts = _sorted_rows(np.asarray(values, float), clusters)
    parts = np.split(rows, starts[1:])
    if not len(rows):
        return Interval(float("nan"), float("-inf"), float("inf"))
    own = float(statistic(rows))
    if len(parts) < 2:
        return Interval(own, float("-inf"), float("inf"))
    picks = rng.integers(0, len(parts), size=(draws, len(parts)))
    single = len(parts) == len(rows)
    drawn = [
        float(statistic(rows[p] if single else np.concatenate([parts[i] for i in p])))
        for p in picks
    ]
    sizes = np.diff([*starts, len(rows)])
    member = np.repeat(np.arange(len(parts)) % MOST_LEFT_OUT, sizes)
    left = [float(statistic(rows[member != g])) for g in range(min(len(parts), MOST_LEFT_OUT))]
    return _accelerated(own, np.asarray(drawn), np.asarray(left), confidence)


def bca_sums(
    sums: Array,
    statistic: Callable[[Array], Array],
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Interval:
    """The same for statistics of sums, as ratios are: one row of sums per cluster.

    `statistic` maps an array of column totals (…, columns) to values (…); it is called once
    for all resamples, so a hundred thousand clusters are cheap.
    """
    table = np.asarray(sums, float)
    table = table[:, None] if table.ndim == 1 else table
    n = len(table)
    if n == 0:
        return Interval(float("nan"), float("-inf"), float("inf"))
    table = table[np.lexsort(table.T[::-1])]
    total = table.sum(0)
    own = float(statistic(total[None, :])[0])
    if n < 2:
        return Interval(own, float("-inf"), float("inf"))
    chunk = max(1, CELLS // n)
    drawn = []
    for at in range(0, draws, chunk):
        picks = rng.integers(0, n, size=(min(chunk, draws - at), n))
        drawn.append(np.stack([column[picks].sum(1) for column in table.T], axis=1))
    left = total - table
    if n > MOST_LEFT_OUT:
        member = np.arange(n) % MOST_LEFT_OUT
        groups = [np.bincount(member, column, MOST_LEFT_OUT) for column in table.T]
        left = total - np.stack(groups, axis=1)
    return _accelerated(own, statistic(np.concatenate(drawn)), statistic(left), confidence)


def bootstrap_means(values: Array, rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """Means of resamples with replacement, drawn as counts of the distinct values.

    The same law as drawing row by row, at the price of the distinct values alone.
    """
    distinct, counts = np.unique(np.asarray(values, float), return_counts=True)
    n = int(counts.sum())
    chunk = max(1, CELLS // len(distinct))
    parts = [
        rng.multinomial(n, counts / n, size=min(chunk, draws - at)) @ distinct / n
        for at in range(0, draws, chunk)
    ]
    return np.concatenate(parts)


def ratio_of_sums(totals: Array) -> Array:
    """First column over second, nan where the second is 0: the statistic of a ratio."""
    below = np.where(totals[..., 1] == 0, np.nan, totals[..., 1])
    return np.asarray(totals[..., 0] / below)


def block_index(n: int, block: int, draws: int, rng: np.random.Generator) -> Array:
    """Row numbers of moving-block resamples of a series of n periods (Künsch 1989)."""
    size = max(1, min(block, n))
    starts = rng.integers(0, n - size + 1, size=(draws, -(-n // size)))
    return np.asarray((starts[:, :, None] + np.arange(size)).reshape(draws, -1)[:, :n])


def block_bootstrap(
    series: Array,
    statistic: Callable[[Array], Array],
    rng: np.random.Generator,
    block: int = 3,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Percentile interval over moving blocks (3 months, 5 days) of a series in order of time.

    `statistic` maps resamples (draws, periods, …) to values (draws,).
    """
    x = np.asarray(series, float)
    if len(x) == 0:
        return Interval(float("nan"), float("-inf"), float("inf"))
    own = float(statistic(x[None])[0])
    if len(x) < 2:
        return Interval(own, float("-inf"), float("inf"))
    drawn = np.asarray(statistic(x[block_index(len(x), block, draws, rng)]))
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return Interval(own, float("-inf"), float("inf"))
    low, high = np.quantile(drawn, _tails(confidence))
    return Interval(own, float(low), float(high))


def quantile_interval(x: Array, q: float = 0.5, confidence: float = CONFIDENCE) -> Interval:
    """A quantile with its exact interval by order statistics (Conover 1999), free of any model.

    Ends are the order statistics whose ranks are the binomial(n, q) quantiles of the tails;
    infinite where the sample is too small to bound that side.
    """
    s = np.sort(np.asarray(x, float))
    n = len(s)
    if n == 0:
        return Interval(float("nan"), float("-inf"), float("inf"))
    tail = (1 - confidence) / 2
    below = int(stats.binom.ppf(tail, n, q)) - 1
    above = int(stats.binom.ppf(1 - tail, n, q))
    low = float(s[below]) if below >= 0 else float("-inf")
    high = float(s[above]) if above < n else float("inf")
    return Interval(float(np.quantile(s, q)), low, high)


def _sorted_rows(values: Array, clusters: Array | None) -> tuple[Array, Array]:
    """Rows in an order of their own, and where each cluster starts."""
    columns = values[:, None] if values.ndim == 1 else values
    keys = tuple(columns.T[::-1])
    if clusters is None:
        return values[np.lexsort(keys)], np.arange(len(values))
    _, code = np.unique(np.asarray(clusters), return_inverse=True)
    order = np.lexsort((*keys, code))
    starts = np.flatnonzero(np.r_[True, np.diff(code[order]) > 0]) if len(code) else code
    return values[order], starts


def _accelerated(own: float, drawn: Array, left: Array, confidence: float) -> Interval:
    drawn, left = drawn[np.isfinite(drawn)], left[np.isfinite(left)]
    if not np.isfinite(own) or len(drawn) < 2 or len(left) < 2:
        return Interval(own, float("-inf"), float("inf"))
    share = ((drawn < own).sum() + (drawn <= own).sum()) / (2 * len(drawn))
    z0 = stats.norm.ppf(np.clip(share, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
    rest = left.mean() - left
    below = 6 * float((rest**2).sum()) ** 1.5
    a = float((rest**3).sum()) / below if below > 0 else 0.0
    z = z0 + stats.norm.ppf(_tails(confidence))
    places = stats.norm.cdf(z0 + z / np.maximum(1 - a * z, 1e-9))
    low, high = np.quantile(drawn, places)
    return Interval(own, float(min(low, own)), float(max(high, own)))


def _tails(confidence: float) -> list[float]:
    return [(1 - confidence) / 2, (1 + confidence) / 2]
