"""A cliff at the target: many just inside, few just outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

Array = np.ndarray[Any, Any]
DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Cliff:
    """Counts just inside and just outside a limit, their ratio, one-sided p of "no more inside"."""

    inside: int
    outside: int
    ratio: float
    p: float

    def trips(self, ratio: float = 3.0, p_max: float = 0.05) -> bool:
        """Whether the cliff is steeper than `ratio` and not chance."""
        return self.ratio > ratio and self.p < p_max


def deadline_density(used: Array, width: float = 0.1) -> Cliff:
    """Counts of used/target in [1−width, 1) and [1, 1+width); binomial with p = 0.5.

    After the density test of McCrary 2008 in its simplest form. Ratio is infinite where nothing
    lies outside, nan where nothing lies on either side.
    """
    r = np.asarray(used, float)
    inside = int(((r >= 1 - width - DUST) & (r < 1)).sum())
    outside = int(((r >= 1) & (r < 1 + width - DUST)).sum())
    if inside + outside == 0:
        return Cliff(0, 0, float("nan"), 1.0)
    ratio = inside / outside if outside else float("inf")
    p = float(stats.binom.sf(inside - 1, inside + outside, 0.5))
    return Cliff(inside, outside, ratio, p)
