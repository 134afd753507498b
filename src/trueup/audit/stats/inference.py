"""Many comparisons: which of them hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def bh(p_values: Sequence[float], q: float = 0.10) -> list[bool]:
    """Benjamini and Hochberg 1995: the largest i with p(i) ≤ i·q/m, and all before it.

    Returns for each p-value, in the order given, whether it is rejected at false discovery rate q.
    """
    p = np.asarray(p_values, dtype=float)
    m = len(p)
    if m == 0:
        return []
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= q * np.arange(1, m + 1) / m)
    kept = np.zeros(m, dtype=bool)
    if len(passed):
        kept[order[: passed[-1] + 1]] = True
    return [bool(k) for k in kept]
