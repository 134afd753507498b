"""Time as the organisation lives it: its zone, its working hours, its holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

Array = np.ndarray[Any, Any]
DAY = np.timedelta64(1, "D")
MINUTE = np.timedelta64(60_000_000, "us")
HOUR = 60 * MINUTE
OPENS, SHUTS = 8 * 60, 18 * 60


def minutes(value: Any) -> Any:
    """Minutes (numbers) as a span, to the second."""
    return np.round(np.asarray(value, dtype=float) * 60).astype("timedelta64[s]").astype("m8[us]")


class Clock:
    """Monday to Friday 08:00-18:00 in one zone without its holidays.

    Instants are UTC `datetime64[us]`; working time is minutes since the first day known.
    """

    def __init__(self, zone: str, first: date, last: date, holidays: list[date]) -> None:
        self.zone = zone
        self.holidays = holidays
        self.first = np.datetime64(first - timedelta(days=40), "D")
        self.days = np.arange(self.first, np.datetime64(last + timedelta(days=400), "D"))
        tz = ZoneInfo(zone)
        noons = [
            datetime.combine(d, datetime.min.time(), tz).replace(hour=12)
            for d in self.days.astype(object)
        ]
        self.offset = np.array([n.utcoffset() for n in noons], dtype="timedelta64[us]")
        weekday = (self.days.astype(np.int64) + 3) % 7
        free = np.isin(self.days, np.array(holidays, dtype="datetime64[D]"))
        self.open = (weekday < 5) & ~free
        self.weekday = weekday
        self.before = np.concatenate([[0.0], np.cumsum(self.open * float(SHUTS - OPENS))])

    def index(self, at: Array) -> Array:
        """The number of the day that an instant (or a local time) lies on."""
        number = (at.astype("datetime64[D]") - self.first).astype(np.int64)
        return np.asarray(np.clip(number, 0, len(self.days) - 1))

    def utc(self, local: Any) -> Any:
        """A local wall time as an instant."""
        local = np.asarray(local, dtype="datetime64[us]")
        return local - self.offset[self.index(local)]

    def local(self, at: Any) -> Any:
        """An instant as local wall time."""
        at = np.asarray(at, dtype="datetime64[us]")
        return at + self.offset[self.index(at)]

    def position(self, at: Any) -> Any:
        """Working minutes from the first day known until an instant."""
        local = self.local(at)
        day = self.index(local)
        minute = (local - local.astype("datetime64[D]").astype("datetime64[us]")) / MINUTE
        return self.before[day] + self.open[day] * np.clip(minute - OPENS, 0, SHUTS - OPENS)

    def between(self, start: Any, end: Any) -> Any:
        """Working minutes between two instants."""
        return self.position(end) - self.position(start)

    def add(self, at: Any, working: Any) -> Any:
        """The instant that lies some working minutes after another."""
        target = self.position(at) + np.asarray(working, dtype=float)
        day = np.clip(np.searchsorted(self.before, target, "left") - 1, 0, len(self.days) - 1)
        minute = OPENS + target - self.before[day]
        return self.utc(self.days[day].astype("datetime64[us]") + minutes(minute))

    def into_hours(self, at: Any) -> Any:
        """The instant itself in working hours, else the next opening."""
        return self.add(at, 0.05)


def holidays_of(years: range) -> list[date]:
    """A few fixed days on which nobody works."""
    fixed = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
    return [date(year, month, day) for year in years for month, day in fixed]


def month_add(month: date, n: int) -> date:
    """The first day of the month `n` months later."""
    index = month.year * 12 + month.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)
