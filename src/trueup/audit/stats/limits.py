"""Tests against a limit: how likely is this much, or more, if the truth were just at the limit?"""

from __future__ import annotations

import math
from typing import Literal

from scipy import stats

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
