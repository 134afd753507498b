"""What differs from seed to seed before anything happens: place, money, year, size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from bench.worlds.clock import month_add

ENDS = (date(2025, 12, 31), date(2026, 6, 30), date(2026, 3, 31), date(2025, 9, 30))
PLACES = (
    ("Europe/Berlin", "EUR"),
    ("Europe/Zurich", "CHF"),
    ("Europe/London", "GBP"),
    ("America/New_York", "USD"),
)


@dataclass(frozen=True)
class Shape:
    """The frame of one world; `first` and `last` are the judged period."""

    seed: int
    name: str
    zone: str
    currency: str
    first: date
    last: date
    records: int

    @property
    def as_of_utc(self) -> datetime:
        """The first instant after the period."""
        tomorrow = self.last + timedelta(days=1)
        return datetime(
            tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZoneInfo(self.zone)
        ).astimezone(UTC)

    @property
    def as_of(self) -> np.datetime64:
        """The same, as numpy has it."""
        return np.datetime64(self.as_of_utc.replace(tzinfo=None), "us")

    @property
    def began(self) -> date:
        """The first day of the 24 months of history."""
        return month_add(self.first, -12)

    @property
    def months(self) -> list[date]:
        """The 24 months, the last twelve of them judged."""
        return [month_add(self.began, i) for i in range(24)]


def shape_of(seed: int) -> Shape:
    """The frame that belongs to a seed."""
    rng = np.random.default_rng([seed, 7])
    zone, currency = PLACES[int(rng.integers(len(PLACES)))]
    last = ENDS[int(rng.integers(len(ENDS)))]
    first = month_add(last.replace(day=1), -11)
    return Shape(seed, f"World {seed}", zone, currency, first, last, int(rng.integers(6500, 9500)))
