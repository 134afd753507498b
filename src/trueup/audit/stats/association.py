"""Do two things go together? Ranks, and shuffles of labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, z_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Association:
    """A rank correlation with interval and two-sided p."""

    value: float
    low: float
    high: float
    p: float
    n: int


def spearman(x: Array, y: Array, confidence: float = CONFIDENCE) -> Association:
    """Correlation of mid-ranks (Spearman 1904), interval on Fisher's scale.

    atanh(r) ± z·√((1 + r²/2)/(n−3)) (Bonett and Wright 2000); p by Student's t.
    """
    n = len(x)
    a, b = stats.rankdata(x), stats.rankdata(y)
    if n < 4 or not np.isfinite(a + b).all() or np.ptp(a) == 0 or np.ptp(b) == 0:
        return Association(float("nan"), -1.0, 1.0, 1.0, n)
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    inner = min(max(r, -1 + 1e-12), 1 - 1e-12)
    half = z_of(confidence) * np.sqrt((1 + r * r / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(inner) - half), np.tanh(np.arctanh(inner) + half)
    t = abs(inner) * np.sqrt((n - 2) / (1 - inner * inner))
    return Association(r, float(low), float(high), float(2 * stats.t.sf(t, n - 2)), n)


def permutation_p(
    labelled: Array, values: Array, rng: np.random.Generator, draws: int = 999
) -> float:
    """One-sided p that the labelled values are larger on average (Fisher 1935).

    p = (1 + shuffles with a sum at least as large)/(draws + 1); values are sorted first.
    """
    mask, v = np.asarray(labelled, bool), np.asarray(values, float)
    order = np.lexsort((mask, v))
    mask, v = mask[order], v[order]
    own = float(v[mask].sum())
    size = int(mask.sum())
    if size in (0, len(v)) or not np.isfinite(v).all():
        return 1.0
    hits = 0
    for _ in range(draws):
        hits += float(v[rng.permutation(len(v))[:size]].sum()) >= own - 1e-9 * max(1.0, abs(own))
    return (1 + hits) / (draws + 1)
