"""Tests against a limit: how likely is this much, or more, if the truth were just at the limit?"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from scipy import stats

Array = np.ndarray[Any, Any]
Worse = Literal["above", "below"]


def dispersed(p: float, phi: float = 1.0) -> float:
    """A one-sided p-value after overdispersion: its normal deviate divided by √φ (method 3.5).

    With φ ≤ 1 the exact value stays; units that differ more than chance need φ > 1.
    """
    if phi <= 1 or not 0 < p < 1:
        return p
    return float(stats.norm.sf(stats.norm.isf(p) / math.sqrt(phi)))


def binomial_limit(k: int, n: int, limit: float, worse: Worse = "above", phi: float = 1.0) -> float:
    """One-sided exact binomial test of a share against `limit` (Clopper and Pearson 1934).

    P(K ≥ k) for worse = above, P(K ≤ k) for below, K ~ binomial(n, limit); 1 for n = 0.
    """
    if n <= 0:
        return 1.0
    above = worse == "above"
    p = stats.binom.sf(k - 1, n, limit) if above else stats.binom.cdf(k, n, limit)
    return dispersed(float(p), phi)


def poisson_limit(
    k: int, exposure: float, limit: float, worse: Worse = "above", phi: float = 1.0
) -> float:
    """One-sided exact Poisson test of a rate per exposure against `limit` (Garwood 1936).

    P(K ≥ k) for worse = above, P(K ≤ k) for below, K ~ Poisson(limit × exposure).
    """
    if exposure <= 0:
        return 1.0
    expected = limit * exposure
    above = worse == "above"
    p = stats.poisson.sf(k - 1, expected) if above else stats.poisson.cdf(k, expected)
    return dispersed(float(p), phi)


def beyond_quantile_p(x: Array, value: float, q: float) -> float:
    """One-sided p-value of "`value` is not above the q-quantile of what x was drawn from".

    Twice the smaller of two: the exact binomial of how many x reach the value (an order
    statistic as bound; with nothing above, P99 needs 299 cases), and, where none does, that of
    the tail beyond the top tenth: log(x/u) exponential (Hill 1975; Weissman 1978), m·ĥ/h gamma.
    Light tails fall faster, so that the second test errs on the cautious side.
    """
    x = np.sort(np.asarray(x, float))
    n, above = len(x), int((x >= value).sum())
    if not n:
        return 1.0
    exact = binomial_limit(above, n, 1 - q, "below")
    top = n // 10
    edge = float(x[n - top - 1]) if top else 0.0
    if above or edge <= 0:
        return min(1.0, 2 * exact) if edge > 0 else exact
    mean = float(np.log(x[n - top :] / edge).mean())
    steep = math.log(value / edge) / math.log(top / n / (1 - q))
    tail = float(stats.gamma.cdf(top * mean / steep, top))
    return min(1.0, 2 * min(exact, tail))
