"""Business time of many pairs of instants at once, by the calendar of `trueup.core`."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.core.calendars import Calendar

Array = np.ndarray[Any, Any]
MINUTE = 60_000_000


def business_minutes(calendar: Calendar, start: Array, end: Array) -> Array:
    """Open minutes from each start to each end (int64 microseconds since 1970, UTC).

    0 where the end is not after the start. The same as `Calendar.business_minutes`, which looks
    up one pair; here a prefix sum over all openings is searched once for all.
    """
    start = np.asarray(start, dtype=np.int64)
    end = np.maximum(np.asarray(end, dtype=np.int64), start)
    if not len(start):
        return np.zeros(0)
    if calendar.never_closed:
        return np.asarray((end - start) / MINUTE)
    table = np.array(calendar.opening_times(int(start.min()), int(end.max())), dtype=np.int64)
    before = np.concatenate(([0], np.cumsum(table[:, 1] - table[:, 0])))
    return np.asarray((_until(table, before, end) - _until(table, before, start)) / MINUTE)


def _until(table: Array, before: Array, at: Array) -> Array:
    """Open microseconds up to each instant."""
    index = np.searchsorted(table[:, 0], at, "right") - 1
    inside = np.minimum(at, table[index, 1]) - table[index, 0]
    return np.asarray(np.where(index < 0, 0, before[np.maximum(index, 0)] + inside))
