"""Times with open cases: the open ones count for as long as they have been seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.stats.shares import CONFIDENCE, Interval, z_of

Array = np.ndarray[Any, Any]
DUST = 1e-12


@dataclass(frozen=True, slots=True)
class Survival:
    """A survival curve: at each time of an event, the share still open and its interval."""

    times: Array
    share: Array
    low: Array
    high: Array
    at_risk: Array
    events: Array
    n: int

    def quantile(self, q: float) -> Interval:
        """The first time with S ≤ 1 − q (median: 0.5, P90: 0.9), and its interval.

        The interval is where the band crosses the same height (Brookmeyer and Crowley 1982);
        infinite where the curve, or its band, never falls that far.
        """
        at = [self._first(curve, 1 - q) for curve in (self.share, self.low, self.high)]
        return Interval(*at)

    def at(self, time: float) -> Interval:
        """The share still open just after `time`, with its interval."""
        i = int(np.searchsorted(self.times, time, "right")) - 1
        if i < 0:
            return Interval(1.0, 1.0 if self.n else 0.0, 1.0)
        return Interval(float(self.share[i]), float(self.low[i]), float(self.high[i]))

    def _first(self, curve: Array, height: float) -> float:
        below = np.flatnonzero(curve <= height + DUST)
        return float(self.times[below[0]]) if len(below) else float("inf")


def kaplan_meier(duration: Array, ended: Array, confidence: float = CONFIDENCE) -> Survival:
    """S(t) = Π_{t_i ≤ t}(1 − d_i/n_i) (Kaplan and Meier 1958).

    `ended` is false for cases still open at `duration`. The band is Greenwood's on
    log(−log S): S^exp(±z·√(Σ d/(n(n−d)))/|log S|) (Kalbfleisch and Prentice 1980). At S = 0,
    where that has no value, the band goes from 0 to its last height.
    """
    t, open_ = np.asarray(duration, float), ~np.asarray(ended, bool)
    times, place = np.unique(t[~open_], return_inverse=True)
    events = np.bincount(place, minlength=len(times))
    at_risk = len(t) - np.searchsorted(np.sort(t), times, "left")
    share = np.cumprod(1 - events / np.maximum(at_risk, 1))
    low, high = _band(share, events, at_risk, z_of(confidence))
    return Survival(times, share, low, high, at_risk, events, len(t))


def _band(share: Array, events: Array, at_risk: Array, z: float) -> tuple[Array, Array]:
    inside = (share > DUST) & (share < 1)
    left = np.where(inside, at_risk - events, 1)
    greenwood = np.cumsum(np.where(inside, events / (np.maximum(at_risk, 1) * left), 0.0))
    log_share = np.log(np.where(inside, share, 0.5))
    width = np.exp(z * np.sqrt(greenwood) / np.abs(log_share))
    low = np.where(inside, np.exp(log_share * width), 0.0)
    high = np.where(inside, np.exp(log_share / width), 1.0)
    if len(share) and not inside[-1]:
        high[-1] = high[-2] if len(share) > 1 else 1.0
    return low, high


@dataclass(frozen=True, slots=True)
class LogRank:
    """Chi-square of a log-rank test, its degrees of freedom, p, and observed less expected."""

    chi2: float
    df: int
    p: float
    excess: tuple[float, ...]


def logrank(duration: Array, ended: Array, group: Sequence[Any] | Array) -> LogRank:
    """Do groups end at different times? (Mantel 1966; Peto and Peto 1972)

    Observed less expected events per group with the hypergeometric covariance at each event
    time; groups in sorted order. p = 1 for fewer than two groups or no events.
    """
    names, code = np.unique(np.asarray(group), return_inverse=True)
    t, done = np.asarray(duration, float), np.asarray(ended, bool)
    times = np.unique(t[done])
    g = len(names)
    if g < 2 or not len(times):
        return LogRank(0.0, max(g - 1, 0), 1.0, (0.0,) * g)
    risk = np.empty((len(times), g))
    dead = np.empty((len(times), g))
    for j in range(g):
        mine = code == j
        risk[:, j] = mine.sum() - np.searchsorted(np.sort(t[mine]), times, "left")
        slots = np.searchsorted(times, t[mine & done])
        dead[:, j] = np.bincount(slots, minlength=len(times))
    n, d = risk.sum(1), dead.sum(1)
    share = risk / n[:, None]
    excess = (dead - d[:, None] * share).sum(0)
    weight = d * (n - d) / np.maximum(n - 1, 1)
    cov = np.diag((weight[:, None] * share).sum(0)) - share.T @ (weight[:, None] * share)
    v, e = cov[:-1, :-1], excess[:-1]
    chi2 = float(e @ np.linalg.pinv(v) @ e)
    return LogRank(chi2, g - 1, float(stats.chi2.sf(chi2, g - 1)), tuple(map(float, excess)))
