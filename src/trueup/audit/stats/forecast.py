"""When will it be full? Last year's season carried on along the trend, with honest spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.stats.resample import block_index
from trueup.audit.stats.shares import CONFIDENCE
from trueup.audit.stats.trend import slope_draws, slope_of

Array = np.ndarray[Any, Any]
PATHS = 10_000


@dataclass(frozen=True, slots=True)
class Forecast:
    """Future periods: median, interval, and the paths (draws × periods) behind them."""

    middle: Array
    low: Array
    high: Array
    paths: Array

    def chance_above(self, limit: float | Array) -> Array:
        """For each future period, the chance to lie above the limit."""
        return np.asarray((self.paths > limit).mean(0))

    def first_above(self, limit: float | Array, chance: float = 0.20) -> int | None:
        """The first future period (1 = next) above the limit with at least `chance`."""
        over = np.flatnonzero(self.chance_above(limit) >= chance)
        return int(over[0]) + 1 if len(over) else None


def forecast(
    y: Array,
    rng: np.random.Generator,
    horizon: int = 36,
    period: int = 12,
    paths: int = PATHS,
    confidence: float = CONFIDENCE,
) -> Forecast:
    """Seasonal naive + trend with a residual bootstrap (Hyndman and Athanasopoulos 2021, 5.5).

    With at least two seasons: y(t) = y(t − period) + growth + e, growth = median change from
    season to season, e in blocks of 3. With fewer: the Theil-Sen line + e. Growth or slope is
    drawn anew for each path, so that a long horizon is as unsure as it should be. Needs 4
    values (ValueError).
    """
    x = np.asarray(y, float)
    if len(x) < 4:
        raise ValueError("a forecast needs at least four periods")
    drawn = (_seasonal if len(x) >= 2 * period else _straight)(x, rng, horizon, period, paths)
    tails = [(1 - confidence) / 2, 0.5, (1 + confidence) / 2]
    low, middle, high = np.quantile(drawn, tails, axis=0)
    return Forecast(middle, low, high, drawn)


def _seasonal(x: Array, rng: np.random.Generator, horizon: int, period: int, paths: int) -> Array:
    change = x[period:] - x[:-period]
    growth = np.median(change[block_index(len(change), 3, paths, rng)], axis=1)
    rest = change - np.median(change)
    noise = rest[block_index(len(rest), 3, paths * -(-horizon // len(rest)), rng)]
    noise = noise.reshape(paths, -1)[:, :horizon]
    out = np.empty((paths, horizon))
    for h in range(horizon):
        last = x[len(x) - period + h] if h < period else out[:, h - period]
        out[:, h] = last + growth + noise[:, h]
    return out


def _straight(x: Array, rng: np.random.Generator, horizon: int, period: int, paths: int) -> Array:
    t = np.arange(len(x), dtype=float)
    slope = slope_of(t, x)
    base = float(np.median(x - slope * t))
    rest = x - base - slope * t
    slopes = slope_draws(t, x, rng, draws=1000)[rng.integers(0, 1000, paths)]
    middle = t.mean()
    ahead = np.arange(len(x), len(x) + horizon) - middle
    noise = rest[block_index(len(rest), 3, paths * -(-horizon // len(rest)), rng)]
    noise = noise.reshape(paths, -1)[:, :horizon]
    return np.asarray(base + slope * middle + slopes[:, None] * ahead + noise)
