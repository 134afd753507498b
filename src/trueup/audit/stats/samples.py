"""How many cases a statement needs, and how sharp the cases at hand make it."""

from __future__ import annotations

import math

from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, Interval, z_of


def half_width(p: float, n: int, confidence: float = CONFIDENCE) -> float:
    """Half the width of the normal interval of a share: z·√(p(1−p)/n); infinite for n = 0."""
    return z_of(confidence) * math.sqrt(p * (1 - p) / n) if n > 0 else math.inf


def n_for_share(p: float, half: float = 0.10, confidence: float = CONFIDENCE) -> int:
    """Cases for a share near `p` to be known within ± `half`: z²·p(1−p)/half² (Cochran 1977)."""
    z = z_of(confidence)
    return math.ceil(z * z * p * (1 - p) / half**2)


def n_near_edge(limit: float, events: float = 3.0) -> int:
    """Cases for a share near 0 or 1: events / limit (the rule of three, Hanley 1983)."""
    near = min(limit, 1 - limit)
    return math.ceil(round(events / near, 9)) if near > 0 else 0


def n_for_difference(
    p1: float, p2: float, power: float = 0.80, confidence: float = CONFIDENCE
) -> int:
    """Cases per side to see p1 → p2: (z + z_power)²·(p1q1 + p2q2)/(p1 − p2)² (Fleiss 1981)."""
    if p1 == p2:
        raise ValueError("two equal shares never differ, however many cases there are")
    z = z_of(confidence) + float(stats.norm.ppf(power))
    return math.ceil(z * z * (p1 * (1 - p1) + p2 * (1 - p2)) / (p1 - p2) ** 2)


def nps(promoters: int, passives: int, detractors: int, confidence: float = CONFIDENCE) -> Interval:
    """The net promoter score as a fraction from −1 to 1, with its normal interval.

    SE = √((p₊ + p₋ − NPS²)/n) (Rocks 2016); the whole range for no answers.
    """
    n = promoters + passives + detractors
    if n == 0:
        return Interval(float("nan"), -1.0, 1.0)
    score = (promoters - detractors) / n
    spread = max(0.0, (promoters + detractors) / n - score * score)
    half = z_of(confidence) * math.sqrt(spread / n)
    return Interval(score, max(-1.0, score - half), min(1.0, score + half))
