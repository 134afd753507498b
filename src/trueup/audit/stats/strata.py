"""Fair comparisons: like with like, the raw figure always beside the adjusted one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.stats.shares import CONFIDENCE, z_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A comparison raw and within strata. `flips`: the two point to different sides, no claim."""

    raw: float
    value: float
    low: float
    high: float
    flips: bool
    strata: int


@dataclass(frozen=True, slots=True)
class Tables:
    """Per stratum: hits and cases of the exposed (a of n1) and of the others (c of n0)."""

    a: Array
    n1: Array
    c: Array
    n0: Array


def tabulate(hit: Array, exposed: Array, stratum: Array) -> Tables:
    """Count hits by stratum (sorted) and exposure."""
    names, code = np.unique(np.asarray(stratum), return_inverse=True)
    hit, exposed = np.asarray(hit, bool), np.asarray(exposed, bool)

    def count(mask: Array) -> Array:
        return np.bincount(code[mask], minlength=len(names))

    return Tables(count(hit & exposed), count(exposed), count(hit & ~exposed), count(~exposed))


def mantel_haenszel(t: Tables, confidence: float = CONFIDENCE) -> Adjusted:
    """The risk ratio within strata (Mantel and Haenszel 1959; Nurminen 1981).

    RR = Σ(a n₀/N)/Σ(c n₁/N); the interval on the log scale by Greenland and Robins 1985:
    var = Σ((a+c)n₁n₀/N² − ac/N)/(RS). Strata with one side only say nothing and are left out.
    """
    used = (t.n1 > 0) & (t.n0 > 0)
    a, n1, c, n0 = (np.asarray(v, float)[used] for v in (t.a, t.n1, t.c, t.n0))
    raw = _over(_over(t.a.sum(), t.n1.sum()), _over(t.c.sum(), t.n0.sum()))
    if not used.any():
        return Adjusted(raw, float("nan"), 0.0, float("inf"), False, 0)
    n = n1 + n0
    r, s = float((a * n0 / n).sum()), float((c * n1 / n).sum())
    value = _over(r, s)
    if r == 0 or s == 0:
        return Adjusted(raw, value, 0.0, float("inf"), False, int(used.sum()))
    variance = float((((a + c) * n1 * n0 - a * c * n) / n**2).sum()) / (r * s)
    half = z_of(confidence) * np.sqrt(max(variance, 0.0))
    flips = (raw - 1) * (value - 1) < 0
    low, high = value * np.exp(-half), value * np.exp(half)
    return Adjusted(raw, value, float(low), float(high), flips, int(used.sum()))


def stratified_difference(
    y: Array, exposed: Array, stratum: Array, confidence: float = CONFIDENCE
) -> Adjusted:
    """The difference of means within strata, weighted n₁n₀/N (Cochran 1954).

    Σ w(ȳ₁−ȳ₀)/Σ w; variance Σ w²(s₁²/n₁ + s₀²/n₀)/(Σ w)², s² pooled within stratum and side over
    all strata where a cell has one case. Shares are means of 0 and 1.
    """
    y, exposed = np.asarray(y, float), np.asarray(exposed, bool)
    raw = _mean(y[exposed]) - _mean(y[~exposed])
    names, code = np.unique(np.asarray(stratum), return_inverse=True)
    one, other = _moments(y, code, exposed, len(names)), _moments(y, code, ~exposed, len(names))
    used = (one[0] > 0) & (other[0] > 0)
    if not used.any():
        return Adjusted(raw, float("nan"), float("-inf"), float("inf"), False, 0)
    (n1, m1, v1), (n0, m0, v0) = ([p[used] for p in side] for side in (one, other))
    w = n1 * n0 / (n1 + n0)
    value = float((w * (m1 - m0)).sum() / w.sum())
    variance = float((w**2 * (v1 / n1 + v0 / n0)).sum()) / float(w.sum()) ** 2
    half = z_of(confidence) * np.sqrt(variance)
    return Adjusted(raw, value, value - half, value + half, raw * value < 0, int(used.sum()))


def _moments(y: Array, code: Array, side: Array, size: int) -> tuple[Array, Array, Array]:
    """Cases, mean and variance of y per stratum on one side."""
    n = np.bincount(code[side], minlength=size).astype(float)
    mean = np.bincount(code[side], y[side], size) / np.maximum(n, 1)
    rest = np.bincount(code[side], (y[side] - mean[code[side]]) ** 2, size)
    free = float(np.maximum(n - 1, 0).sum())
    pooled = float(rest.sum()) / free if free else 0.0
    return n, mean, np.where(n > 1, rest / np.maximum(n - 1, 1), pooled)


def _over(top: float, below: float) -> float:
    if below:
        return float(top / below)
    return float("nan") if not top or top != top else float("inf")


def _mean(y: Array) -> float:
    return float(y.mean()) if len(y) else float("nan")
