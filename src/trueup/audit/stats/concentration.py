"""Concentration: how much of the whole comes from how few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.stats.shares import CONFIDENCE, Interval

Array = np.ndarray[Any, Any]
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Lorenz:
    """The Lorenz curve: share of the units (smallest first) against share of the whole."""

    units: Array
    whole: Array
    gini: float


def lorenz(values: Array) -> Lorenz:
    """Lorenz curve (Lorenz 1905) and Gini = Σ(2i−n−1)x₍ᵢ₎/(nΣx) (Gini 1914) of values ≥ 0.

    The Gini is nan for nothing at all; use it as a trend only.
    """
    x = np.sort(np.asarray(values, float))
    n, total = len(x), float(x.sum())
    if n == 0 or total <= 0:
        return Lorenz(np.array([0.0, 1.0]), np.array([0.0, 1.0]), float("nan"))
    i = np.arange(1, n + 1)
    gini = float(((2 * i - n - 1) * x).sum() / (n * total))
    whole = np.concatenate([[0.0], np.cumsum(x) / total])
    return Lorenz(np.concatenate([[0.0], i / n]), whole, gini)


def gini(values: Array) -> float:
    """The Gini coefficient alone: 0 all equal, towards 1 all with one."""
    return lorenz(values).gini


def hhi(values: Array) -> float:
    """Σ of squared shares (Herfindahl 1950, Hirschman 1945); nan for nothing."""
    x = np.asarray(values, float)
    total = float(x.sum())
    return float(((x / total) ** 2).sum()) if total > 0 else float("nan")


def top_share(
    values: Array,
    top: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Interval:
    """The share of the whole held by the `top` largest units, with a bootstrap over units.

    Resamples are of the units; the share of the top always counts the largest of a resample.
    """
    x = np.sort(np.asarray(values, float))[::-1]
    total = float(x.sum())
    if total <= 0 or not len(x):
        return Interval(float("nan"), 0.0, 1.0)
    own = float(x[:top].sum()) / total
    shares = []
    for at in range(0, draws, chunk := max(1, 4_000_000 // len(x))):
        # the places of a sorted sample are sorted integers: no need to sort the values
        picks = np.sort(rng.integers(0, len(x), size=(min(chunk, draws - at), len(x))), axis=1)
        drawn = x[picks]
        whole = drawn.sum(1)
        shares.append(drawn[:, :top].sum(1)[whole > 0] / whole[whole > 0])
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(np.concatenate(shares), tails)
    return Interval(own, min(float(low), own), max(float(high), own))


def pareto(values: Array, share: float = 0.80) -> int:
    """The least number of units that together hold `share` of the whole (Pareto 1896)."""
    x = np.sort(np.asarray(values, float))[::-1]
    total = float(x.sum())
    if total <= 0:
        return 0
    return int(np.searchsorted(np.cumsum(x), share * total - 1e-12 * total) + 1)
