"""Small units borrow strength from their peers; ranks come with how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, Interval

Array = np.ndarray[Any, Any]
DRAWS = 2000
POOLED = 1e6  # the strength of a prior when units differ no more than chance


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Units with their shrunken value, its interval, and their rank (1 = largest) with its own.

    `prior` holds (α, β) of the beta or (a, b) of the gamma prior.
    """

    value: Array
    low: Array
    high: Array
    rank: Array
    rank_low: Array
    rank_high: Array
    prior: tuple[float, float]


def beta_prior(k: Array, n: Array) -> tuple[float, float]:
    """α, β of the peers' beta prior by moments (Kleinman 1973).

    With S = Σn(p−m)², ρ = (S/(m(1−m)) − (J−1)) / (N − Σn²/N − (J−1)), α+β = 1/ρ − 1.
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    k, n = k[n > 0], n[n > 0]
    total, units = float(n.sum()), len(n)
    if not units or k.sum() in (0, total):
        # nobody, or all: Jeffreys' half case on each side of one pooled unit
        return float(k.sum()) + 0.5, total - float(k.sum()) + 0.5
    m = float(k.sum()) / total
    spread = float((n * (k / n - m) ** 2).sum()) / (m * (1 - m)) - (units - 1)
    room = total - float((n**2).sum()) / total - (units - 1)
    rho = spread / room if room > 0 else 0.0
    strength = min(POOLED, 1 / min(rho, 0.99) - 1) if rho > 0 else POOLED
    return m * strength, (1 - m) * strength


def gamma_prior(k: Array, exposure: Array) -> tuple[float, float]:
    """a, b of the peers' gamma prior by moments (Marshall 1991).

    With S = ΣE(r−m)², τ² = (S − m(J−1)) / (E₊ − ΣE²/E₊), a = m²/τ², b = m/τ².
    """
    k, e = np.asarray(k, float), np.asarray(exposure, float)
    k, e = k[e > 0], e[e > 0]
    total, units = float(e.sum()), len(e)
    if not units or not k.sum():
        return 0.5, max(total, 1e-9)
    m = float(k.sum()) / total
    room = total - float((e**2).sum()) / total
    tau2 = (float((e * (k / e - m) ** 2).sum()) - m * (units - 1)) / room if room > 0 else 0.0
    b = min(POOLED * total, m / tau2) if tau2 > 0 else POOLED * total
    return m * b, b


def shrink_shares(
    k: Array,
    n: Array,
    keys: Sequence[str],
    rng: np.random.Generator,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
) -> Shrunk:
    """(k+α)/(n+α+β) per unit with the peers' prior (Efron and Morris 1975).

    Draws are made in the order of `keys`, so the order of the rows does not matter.
    """
    order = np.argsort(np.asarray(keys, dtype=str), kind="stable")
    k, n = np.asarray(k, float)[order], np.asarray(n, float)[order]
    alpha, beta = beta_prior(k, n)
    a, b = k + alpha, n - k + beta
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])[:, None]
    low, high = stats.beta.ppf(tails, a, b)
    drawn = rng.beta(a, b, size=(draws, len(k)))
    return _shrunk(order, (a / (a + b), low, high), drawn, (alpha, beta), confidence)


def shrink_rates(
    k: Array,
    exposure: Array,
    keys: Sequence[str],
    rng: np.random.Generator,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
) -> Shrunk:
    """(k+a)/(E+b) per unit with the peers' prior (Clayton and Kaldor 1987); see above."""
    order = np.argsort(np.asarray(keys, dtype=str), kind="stable")
    k, e = np.asarray(k, float)[order], np.asarray(exposure, float)[order]
    a0, b0 = gamma_prior(k, e)
    shape, rate = k + a0, e + b0
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])[:, None]
    low, high = stats.gamma.ppf(tails, shape, scale=1 / rate)
    drawn = rng.gamma(shape, 1 / rate, size=(draws, len(k)))
    return _shrunk(order, (shape / rate, low, high), drawn, (a0, b0), confidence)


def ranks_of(draws: Array, confidence: float = CONFIDENCE) -> tuple[Array, Array]:
    """The lowest and highest likely rank (1 = largest) of each column over draws."""
    ranks = (-draws).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    return low.astype(int), high.astype(int)


def beta_posterior(
    k: int, n: int, alpha: float = 1.0, beta: float = 1.0, confidence: float = CONFIDENCE
) -> Interval:
    """Mean and equal-tailed interval of beta(α+k, β+n−k) (Bayes 1763)."""
    a, b = alpha + k, beta + n - k
    tail = (1 - confidence) / 2
    low, high = stats.beta.ppf([tail, 1 - tail], a, b)
    return Interval(a / (a + b), float(low), float(high))


def _shrunk(
    order: Array,
    sorted_values: tuple[Array, Array, Array],
    drawn: Array,
    prior: tuple[float, float],
    confidence: float,
) -> Shrunk:
    back = np.argsort(order, kind="stable")
    if not len(order):
        none = np.zeros(0)
        return Shrunk(none, none, none, none, none, none, prior)
    value, low, high = (np.asarray(v)[back] for v in sorted_values)
    rank_low, rank_high = (r[back] for r in ranks_of(drawn, confidence))
    rank = stats.rankdata(-value, method="min").astype(int)
    return Shrunk(
        value, low, high, rank, np.minimum(rank_low, rank), np.maximum(rank_high, rank), prior
    )
