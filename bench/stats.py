"""How fast the statistics are: one line per tool. Run: python -m bench.stats."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from trueup.audit.stats.bursts import bursts
from trueup.audit.stats.effects import Timeline, shifted_weeks_p, windows
from trueup.audit.stats.forecast import forecast
from trueup.audit.stats.losses import compound, gamma_poisson, own_severity
from trueup.audit.stats.resample import bca, bca_sums, quantile_interval, ratio_of_sums
from trueup.audit.stats.shrinkage import shrink_shares
from trueup.audit.stats.survival import kaplan_meier, logrank
from trueup.audit.stats.trend import change_point, theil_sen


def timed(name: str, work: Callable[[], Any]) -> None:
    """Run `work` once and print the seconds it took."""
    start = time.perf_counter()
    work()
    print(f"{name:<46}{time.perf_counter() - start:8.3f} s")


def main() -> None:
    """Print one figure per tool on sizes that an audit of a large organisation has."""
    rng = np.random.default_rng(1)
    n = 1_000_000
    start = np.datetime64("2026-01-01T00:00:00", "us")
    at = start + rng.integers(0, 365 * 86_400, n).astype("timedelta64[s]")
    actor = rng.choice(np.array([f"actor {i}" for i in range(500)], dtype=object), n)
    days, ended = rng.exponential(10, n), rng.random(n) < 0.9
    team = rng.integers(0, 10, n)
    sums = np.c_[rng.poisson(3, 10_000), rng.poisson(9, 10_000) + 1]
    months = rng.normal(100, 10, 60).cumsum()
    changes = Timeline(rng.integers(0, 500, 5_000), rng.uniform(0, 8_760, 5_000))
    tickets = Timeline(rng.integers(0, 500, 200_000), rng.uniform(0, 8_760, 200_000))
    names = [f"unit {i}" for i in range(500)]
    cases = rng.integers(1, 200, 500)
    rate = gamma_poisson(30, 1.0)
    timed("bursts, 1,000,000 events", lambda: bursts(at, actor))
    timed("Kaplan-Meier, 1,000,000 cases", lambda: kaplan_meier(days, ended))
    timed("log-rank, 100,000 cases in 10 groups", lambda: logrank(*_first(days, ended, team)))
    timed("BCa of a ratio, 10,000 clusters", lambda: bca_sums(sums, ratio_of_sums, rng))
    timed("BCa of a median, 1,000 clusters", lambda: bca(days[:1000], _median, rng))
    timed("median by order statistics, 1,000,000", lambda: quantile_interval(days))
    timed("change point, 520 weeks", lambda: change_point(days[:520], rng, 4))
    timed("Theil-Sen, 120 periods", lambda: theil_sen(np.arange(120.0), days[:120], rng))
    timed("control windows, 5,000 changes", lambda: windows(changes, tickets))
    timed("shifts by weeks, 5,000 changes, 1,000 times", lambda: _shift(changes, tickets, rng))
    timed("empirical Bayes with ranks, 500 units", lambda: _shrink(cases, names, rng))
    timed("compound loss, 10,000 draws", lambda: compound(rate, own_severity(days[:200]), rng))
    timed("forecast, 10,000 paths of 36 months", lambda: forecast(months, rng))


def _first(*columns: Any) -> list[Any]:
    return [c[:100_000] for c in columns]


def _median(x: Any) -> float:
    return float(np.median(x))


def _shift(changes: Timeline, tickets: Timeline, rng: np.random.Generator) -> float:
    return shifted_weeks_p(changes, tickets, rng)


def _shrink(cases: Any, names: list[str], rng: np.random.Generator) -> Any:
    return shrink_shares(np.minimum(cases, 20), cases, names, rng)


if __name__ == "__main__":
    main()
