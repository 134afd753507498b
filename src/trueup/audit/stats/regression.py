"""Straight lines through months that resemble their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients of a regression with standard errors, intervals and two-sided p-values."""

    coef: Array
    se: Array
    low: Array
    high: Array
    p: Array
    n: int


def newey_west(y: Array, x: Array, lag: int = 3, confidence: float = CONFIDENCE) -> Fit | None:
    """Least squares with errors robust to autocorrelation (Newey and West 1987).

    Σ̂ = Γ₀ + Σ_{l≤lag}(1 − l/(lag+1))(Γ_l + Γ_l′) of the scores; t with n − k degrees of freedom.
    `x` holds the columns as given (add the intercept yourself: see `with_intercept`); rows stand
    in order of time. None where there are too few rows or the columns depend on each other.
    """
    y, x = np.asarray(y, float), np.asarray(x, float)
    x = x[:, None] if x.ndim == 1 else x
    n, k = x.shape
    if n <= k or np.linalg.matrix_rank(x) < k:
        return None
    bread = np.linalg.inv(x.T @ x)
    coef = bread @ (x.T @ y)
    score = x * (y - x @ coef)[:, None]
    meat = score.T @ score
    for step in range(1, min(lag, n - 1) + 1):
        cross = score[step:].T @ score[:-step]
        meat += (1 - step / (lag + 1)) * (cross + cross.T)
    se = np.sqrt(np.maximum(np.diag(bread @ meat @ bread), 0.0))
    half = float(stats.t.ppf(0.5 + confidence / 2, n - k)) * se
    ratio = np.abs(coef) / np.where(se > 0, se, 1.0)
    p = np.where(se > 0, 2 * stats.t.sf(ratio, n - k), np.where(coef == 0, 1.0, 0.0))
    return Fit(coef, se, coef - half, coef + half, p, n)


def with_intercept(*columns: Array) -> Array:
    """Columns side by side behind a column of ones."""
    return np.column_stack([np.ones(len(columns[0])), *columns])
