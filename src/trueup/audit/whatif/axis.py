"""Wall time and open time of a team, in minutes since a day; local time, without changes of zone.

A simulation runs in open minutes: nights, weekends and holidays take no time in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from trueup.audit.business import Array
from trueup.core.calendars import Calendar

DAY = 1440.0
EPOCH_WEEKDAY = 3


def weekday(day: Array) -> Array:
    """The weekday of days (Monday is 0)."""
    return np.asarray((day.astype("datetime64[D]").astype(np.int64) + EPOCH_WEEKDAY) % 7)


@dataclass(frozen=True, slots=True)
class Axis:
    """The openings of a calendar over a stretch of days: starts, ends, open minutes before each."""

    starts: Array
    ends: Array
    before: Array

    @classmethod
    def of(cls, calendar: Calendar, first: np.datetime64, days: int) -> Axis:
        """The axis of some days from the first; minute 0 is the start of the first day."""
        each = first + np.arange(days)
        free = {np.datetime64(day) for day in calendar.holidays}
        starts, ends = [], []
        for number, (day, name) in enumerate(zip(each, weekday(each), strict=True)):
            for start, end in () if day in free else calendar.spans[int(name)]:
                starts.append(number * DAY + start)
                ends.append(number * DAY + end)
        opens, shuts = np.array(starts or [0.0]), np.array(ends or [0.0])
        return cls(opens, shuts, np.concatenate(([0.0], np.cumsum(shuts - opens)[:-1])))

    @property
    def total(self) -> float:
        """All open minutes."""
        return float(self.before[-1] + self.ends[-1] - self.starts[-1])

    def to_open(self, wall: Array) -> Array:
        """Open minutes passed at each wall minute."""
        place = np.maximum(np.searchsorted(self.starts, wall, "right") - 1, 0)
        part = np.clip(wall - self.starts[place], 0.0, self.ends[place] - self.starts[place])
        return np.asarray(self.before[place] + part)

    def to_wall(self, opened: Array) -> Array:
        """The wall minute at which so many open minutes have passed; inf stays inf."""
        known = np.isfinite(opened)
        place = np.maximum(np.searchsorted(self.before, opened, "left") - 1, 0)
        wall = self.starts[place] + (np.where(known, opened, 0.0) - self.before[place])
        beyond = opened > self.total
        return np.asarray(np.where(known & ~beyond, wall, np.inf))


def always(zone: str) -> Calendar:
    """Open at every minute, in a zone."""
    return Calendar(zone, {d: [("00:00", "24:00")] for d in
                           ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})  # fmt: skip


def from_slots(zone: str, slots: Array, holidays: frozenset[date] = frozenset()) -> Calendar:
    """A calendar from the hours of a week (168 of them, Monday 0:00 first) that are open."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    week = {
        name: [(f"{h:02d}:00", f"{h + 1:02d}:00") for h in range(24) if slots[d * 24 + h]]
        for d, name in enumerate(names)
    }
    return Calendar(zone, week, holidays)
