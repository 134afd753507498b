"""Do our predictions come true as often as they say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, Interval, wilson

Array = np.ndarray[Any, Any]
LEAST, LEAST_SIDE = 30, 5


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the reliability picture: mean prediction, share that happened, cases."""

    predicted: float
    happened: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Brier score, its base, skill with interval, Spiegelhalter's z and p, reliability bins.

    `enough` needs 30 predictions with 5 events and 5 non-events (method 3.2).
    """

    brier: float
    base: float
    skill: Interval
    z: float
    p: float
    bins: tuple[Bin, ...]
    n: int
    enough: bool


def calibration(
    predicted: Array,
    happened: Array,
    rng: np.random.Generator,
    draws: int = 2000,
    confidence: float = CONFIDENCE,
) -> Calibration:
    """Brier = mean (p−y)² (Brier 1950); skill = 1 − Brier/Brier of the base rate.

    Interval by bootstrap over predictions; z = Σ(y−p)(1−2p)/√Σ(1−2p)²p(1−p) (Spiegelhalter 1986).
    """
    p, y = np.asarray(predicted, float), np.asarray(happened, float)
    order = np.lexsort((y, p))
    p, y = p[order], y[order]
    n, events = len(p), int(y.sum())
    wide = Interval(float("nan"), float("-inf"), 1.0)
    if n == 0:
        return Calibration(float("nan"), float("nan"), wide, 0.0, 1.0, (), 0, False)
    miss = (p - y) ** 2
    brier, base = float(miss.mean()), float(y.var())
    picks = rng.integers(0, n, size=(draws, n))
    bases = y[picks].var(axis=1)
    skills = 1 - miss[picks].mean(axis=1)[bases > 0] / bases[bases > 0]
    skill = wide
    if base > 0 and len(skills):
        low, high = np.quantile(skills, [(1 - confidence) / 2, (1 + confidence) / 2])
        own = 1 - brier / base
        skill = Interval(own, min(float(low), own), max(float(high), own))
    below = float(np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum()))
    z = float(((y - p) * (1 - 2 * p)).sum()) / below if below > 0 else 0.0
    enough = n >= LEAST and min(events, n - events) >= LEAST_SIDE
    two_sided = float(2 * stats.norm.sf(abs(z)))
    return Calibration(brier, base, skill, z, two_sided, _bins(p, y), n, enough)


def coverage(actual: Array, low: Array, high: Array, confidence: float = CONFIDENCE) -> Interval:
    """The share of actual values inside their stated ranges (ends included), Wilson."""
    x, a, b = (np.asarray(v, float) for v in (actual, low, high))
    return wilson(int(((x >= a) & (x <= b)).sum()), len(x), confidence)


def _bins(p: Array, y: Array, count: int = 10) -> tuple[Bin, ...]:
    slot = np.minimum((p * count).astype(int), count - 1)
    return tuple(
        Bin(float(p[slot == s].mean()), float(y[slot == s].mean()), int((slot == s).sum()))
        for s in np.unique(slot)
    )
