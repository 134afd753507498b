"""Batch and mass closing: heaps of closings, and how many fall on the end of the month.

Heaps are those of check Z04 (a scan for bursts by one actor, and days far above the usual), with
its parameters. The end of the month is its last two working days and the days off among and after
them; beside the share of closings stands the share of working days, from the first closing to the
last. Source: the method, 5.2 and 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.heaps import closings, heaps, heavy_days, inside
from trueup.audit.stats.shares import Interval, wilson
from trueup.audit.working_days import working_days_between

LEAST = 30
LAST = 2
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Closing:
    """Closings of the period; how many lie in heaps, on the fullest day, at the end of a month.

    `even`: the share of working days that are among the last two of their month.
    """

    closings: int = 0
    heaped: int = 0
    heavy_days: int = 0
    bursts: int = 0
    fullest: date | None = None
    on_fullest: int = 0
    month_end: Interval | None = None
    even: float = float("nan")
    not_recorded: tuple[str, ...] = ()
    grey: str = ""


def mass_closing(ctx: Context) -> Closing:
    """The closings of the period in heaps and at the ends of months."""
    if not ctx.has("record.closed_at") and not ctx.has("event"):
        return Closing(not_recorded=("record.closed_at",))
    got = ctx.arrays(closings(ctx).order_by("at", "id"))
    n = len(got["id"])
    if n < LEAST:
        return Closing(closings=n, grey=f"{n:,} closings; {LEAST} are needed")
    p = {name: float(ctx.params[f"Z04.{name}"])
         for name in ("day_factor", "day_share", "burst_n", "window_min", "p_max")}  # fmt: skip
    heavy = heavy_days(got["day"], p["day_factor"], p["day_share"], p["burst_n"])
    windows = heaps(got, p["window_min"], p["burst_n"], p["p_max"])
    days, counts = np.unique(got["day"].astype("datetime64[D]"), return_counts=True)
    top = int(np.argmax(counts))
    found = Closing(
        n, int(inside(got, heavy, windows).sum()), len(heavy), len(windows),
        days[top].astype(object), int(counts[top]),
    )  # fmt: skip
    return _month_end(ctx, found, days, counts)


def _month_end(ctx: Context, found: Closing, days: Array, counts: Array) -> Closing:
    late = at_month_end(ctx, days)
    every = np.arange(days[0], days[-1] + np.timedelta64(1, "D"))
    before = every - np.timedelta64(1, "D")
    working = every[working_days_between(ctx, before, every) == 1]
    if not len(working):
        return found
    share = wilson(int(counts[late].sum()), found.closings)
    return replace(found, month_end=share, even=float(at_month_end(ctx, working).mean()))


def at_month_end(ctx: Context, days: Array) -> Array:
    """Whether fewer than two working days of its month come after each day."""
    last = (days.astype("datetime64[M]") + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.asarray(working_days_between(ctx, days, last) < LAST)
