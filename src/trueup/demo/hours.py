"""When things happen: business hours, and the hours of the week in which people report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from trueup.core.calendars import Calendar
from trueup.demo.cast import ZONE

BERLIN = ZoneInfo(ZONE)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
BY_WEEKDAY = (1.3, 1.1, 1.0, 1.0, 0.85, 0.05, 0.04)
BY_HOUR = (
    0.02, 0.01, 0.01, 0.01, 0.02, 0.1, 0.5, 2.0, 5.0, 6.5, 6.0, 5.0,
    2.5, 4.0, 5.0, 4.5, 3.0, 1.5, 0.6, 0.3, 0.2, 0.15, 0.1, 0.05,
)  # fmt: skip
HOLIDAY = 0.06
QUIET = 0.4
DAY_MINUTES = 600.0


class Hours:
    """The office hours of the agreements, with the holidays they froze."""

    def __init__(self, holidays: Iterable[date]) -> None:
        self.free = frozenset(holidays)
        spans = [("08:00", "18:00")]
        self.office = Calendar(ZONE, dict.fromkeys(WORKDAYS, spans), self.free)
        self.always = Calendar.always()

    def later(self, at: datetime, minutes: float) -> datetime:
        """So many office minutes after an instant, to the second."""
        return self.office.add(at, minutes).replace(microsecond=0)

    def arrivals(self, rng: Random, first: date, days: int, count: int) -> list[datetime]:
        """So many instants on these days, as people report: Mondays, mornings, hardly at night."""
        every = [first + timedelta(days=n) for n in range(days)]
        weights = [self._weight(day) for day in every]
        found = []
        for day in rng.choices(every, weights, k=count):
            hour = rng.choices(range(24), BY_HOUR)[0]
            clock = time(hour, rng.randrange(60), rng.randrange(60))
            found.append(datetime.combine(day, clock, BERLIN))
        return sorted(found)

    def _weight(self, day: date) -> float:
        weight = BY_WEEKDAY[day.weekday()]
        if day in self.free:
            return HOLIDAY
        if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 3):
            return weight * QUIET
        return weight * (0.8 if day.month == 8 else 1.0)
