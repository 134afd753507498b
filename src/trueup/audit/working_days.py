"""Working days of the pack's calendar, for grace times counted in days."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.business import Hours, calendar_of
from trueup.audit.context import Context, zone_offsets

Array = np.ndarray[Any, Any]


def local_days(ctx: Context, at: Array) -> Array:
    """The local day of each instant (naive UTC)."""
    steps = zone_offsets(ctx.zone)
    starts = np.array([s for s, _ in steps], dtype="datetime64[us]")
    minutes = np.array([m for _, m in steps])
    moments = at.astype("datetime64[us]")
    step = np.maximum(np.searchsorted(starts, moments, "right") - 1, 0)
    return np.asarray((moments + minutes[step].astype("timedelta64[m]")).astype("datetime64[D]"))


def working_days_between(ctx: Context, first: Array, last: Array) -> Array:
    """Working days after day `first` up to and with day `last`; missing days give 0."""
    week, holidays = _rules(ctx)
    known = ~(np.isnat(first) | np.isnat(last))
    found = np.zeros(len(first), dtype=np.int64)
    one = np.timedelta64(1, "D")
    found[known] = np.busday_count(
        first[known] + one, last[known] + one, weekmask=week, holidays=holidays
    )
    return np.maximum(found, 0)


def add_working_days(ctx: Context, day: Array, count: int) -> Array:
    """The day `count` working days after each day; missing days stay missing."""
    week, holidays = _rules(ctx)
    known = ~np.isnat(day)
    found = np.full(len(day), np.datetime64("NaT"), dtype="datetime64[D]")
    if known.any():
        found[known] = np.busday_offset(
            day[known], count, roll="backward", weekmask=week, holidays=holidays
        )
    return found


def _rules(ctx: Context) -> tuple[str, Array]:
    calendar: Hours | None = calendar_of(ctx)
    if calendar is None:
        return "1111111", np.array([], dtype="datetime64[D]")
    return "".join("1" if spans else "0" for spans in calendar.spans), calendar.holidays
