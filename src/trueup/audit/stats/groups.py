"""Comparing units fairly: a funnel that knows units differ more than chance alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.inference import bh

Array = np.ndarray[Any, Any]
LEAST_UNITS = 5


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units against their common share or rate: z, corrected z, p (two-sided), who stands out."""

    centre: float
    phi: float
    z: Array
    corrected: Array
    p: Array
    out: tuple[int, ...]


def overdispersion(z: Array) -> float:
    """φ = max(1, mean of the middle 80 % of z²): those between its quantiles 0.1 and 0.9 (3.1).

    So at least the largest is left out: with 5 to 9 units a single one far from the others
    would otherwise be the yardstick that excuses it (its z/√φ could never pass √5).
    1 for fewer than 5 units, where the spread between units cannot be told.
    """
    z2 = np.sort(np.asarray(z, float) ** 2)
    if len(z2) < LEAST_UNITS:
        return 1.0
    cut = int(np.ceil(0.1 * (len(z2) - 1)))
    return max(1.0, float(z2[cut : len(z2) - cut].mean()))


def funnel_shares(k: Array, n: Array, q: float = 0.10, centre: float | None = None) -> Funnel:
    """Shares of units against the common share: z/√φ with z = (p − p̄)/√(p̄(1−p̄)/n), then BH."""
    k, n = np.asarray(k, float), np.asarray(n, float)
    p = _common(k, n) if centre is None else centre
    return _funnel(k, n, p, p * (1 - p), q)


def funnel_rates(k: Array, exposure: Array, q: float = 0.10, centre: float | None = None) -> Funnel:
    """Rates of units against the common rate: z/√φ with z = (r − r̄)/√(r̄/E), then BH."""
    k, e = np.asarray(k, float), np.asarray(exposure, float)
    r = _common(k, e) if centre is None else centre
    return _funnel(k, e, r, r, q)


def _common(k: Array, size: Array) -> float:
    total = float(size.sum())
    return float(k.sum()) / total if total else 0.0


def _funnel(k: Array, size: Array, centre: float, variance: float, q: float) -> Funnel:
    used = size > 0
    z = np.zeros(len(k))
    if variance > 0:
        z[used] = (k[used] / size[used] - centre) / np.sqrt(variance / size[used])
    phi = overdispersion(z[used])
    corrected = z / np.sqrt(phi)
    p = np.where(used, 2 * stats.norm.sf(np.abs(corrected)), 1.0)
    out = tuple(i for i, hit in enumerate(bh(list(p), q)) if hit)
    return Funnel(centre, phi, z, corrected, p, out)
