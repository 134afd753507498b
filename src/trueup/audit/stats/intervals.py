"""Counts per exposure: exact Poisson intervals and the ratio of two rates."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, Interval


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with its interval and the one-sided p-value of "not above 1"."""

    value: float
    low: float
    high: float
    p: float


def poisson_exact(k: int, exposure: float = 1.0, confidence: float = CONFIDENCE) -> Interval:
    """Garwood's exact interval of a rate (Garwood 1936).

    low = χ²(α/2; 2k)/2 (0 for k = 0), high = χ²(1−α/2; 2k+2)/2, both divided by the exposure.
    """
    alpha = 1 - confidence
    low = float(stats.chi2.ppf(alpha / 2, 2 * k) / 2) if k else 0.0
    high = float(stats.chi2.ppf(1 - alpha / 2, 2 * k + 2) / 2)
    return Interval(k / exposure, low / exposure, high / exposure)


def clopper_pearson(k: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The exact binomial interval (Clopper and Pearson 1934)."""
    alpha = 1 - confidence
    low = float(stats.beta.ppf(alpha / 2, k, n - k + 1)) if k else 0.0
    high = float(stats.beta.ppf(1 - alpha / 2, k + 1, n - k)) if k < n else 1.0
    return Interval(k / n if n else float("nan"), low, high)


def rate_ratio(
    k1: int, e1: float, k2: int, e2: float, against: float = 1.0, confidence: float = CONFIDENCE
) -> Ratio:
    """(k1/e1) / (k2/e2) by the conditional binomial (Przyborowski and Wilenski 1940).

    Given k1 + k2, k1 is binomial; its exact interval becomes odds times e2/e1. `p` tests
    "the ratio is not above `against`".
    """
    n = k1 + k2
    if n == 0:
        return Ratio(float("nan"), 0.0, float("inf"), 1.0)
    ring = clopper_pearson(k1, n, confidence)
    scale = e2 / e1
    high = float("inf") if ring.high >= 1 else ring.high / (1 - ring.high) * scale
    value = float("inf") if k2 == 0 else k1 / k2 * scale
    share = against * e1 / (against * e1 + e2)
    return Ratio(
        value, ring.low / (1 - ring.low) * scale if ring.low < 1 else float("inf"), high,
        float(stats.binom.sf(k1 - 1, n, share)),
    )  # fmt: skip
