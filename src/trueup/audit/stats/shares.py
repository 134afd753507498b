"""Shares of a whole: intervals that hold for few cases and near 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.90


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its two ends."""

    value: float
    low: float
    high: float


def z_of(confidence: float = CONFIDENCE) -> float:
    """The two-sided normal quantile: 1.6449 at 90 %."""
    return float(stats.norm.ppf(0.5 + confidence / 2))


def wilson(k: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of a share (Wilson 1927).

    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n); for n = 0 the whole range.
    """
    if n <= 0:
        return Interval(float("nan"), 0.0, 1.0)
    z = z_of(confidence)
    p = k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if k == 0 else max(0.0, float(middle - half))
    high = 1.0 if k == n else min(1.0, float(middle + half))
    return Interval(p, low, high)


def newcombe(k1: int, n1: int, k2: int, n2: int, confidence: float = CONFIDENCE) -> Interval:
    """The difference of two shares p1 − p2 (Newcombe 1998, method 10)."""
    a, b = wilson(k1, n1, confidence), wilson(k2, n2, confidence)
    d = a.value - b.value
    low = d - np.hypot(a.value - a.low, b.high - b.value)
    high = d + np.hypot(a.high - a.value, b.value - b.low)
    return Interval(d, float(low), float(high))
