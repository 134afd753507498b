"""The opening hours of a calendar year as a table of instants with prefix sums.

All instants are whole microseconds since 1970 in UTC. A year is cut where the zone's offset
changes; within a piece local and universal time run alike, so each opening is exact on days with
a clock change, a missing date or a half-hour shift.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
MINUTE = 60_000_000
DAY = 1440 * MINUTE
STEP = DAY // 4
Spans = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Openings:
    """Openings in order: `before[i]` is the open time in all openings ahead of number i."""

    starts: list[int]
    ends: list[int]
    before: list[int]

    @property
    def total(self) -> int:
        """Open microseconds of the whole year."""
        return self.before[-1]

    def until(self, at: int) -> int:
        """Open microseconds from the start of the year to an instant within it."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def reach(self, amount: int) -> int:
        """The first instant at which so much open time of the year has passed (0 < amount)."""
        index = bisect_right(self.before, amount - 1) - 1
        return self.starts[index] + amount - self.before[index]

    def holds(self, at: int) -> bool:
        """Whether an instant lies within an opening (its end is outside)."""
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]


def micros(at: datetime) -> int:
    """Whole microseconds since 1970; ValueError for an instant without a zone."""
    if at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return (at - EPOCH) // MICRO


def instant(at: int) -> datetime:
    """The UTC instant of a number of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at)


def year_start(year: int) -> int:
    """The first microsecond of a year in UTC."""
    return micros(datetime(year, 1, 1, tzinfo=UTC))


@lru_cache(maxsize=512)
def openings(zone: str, spans: Spans, holidays: frozenset[date], year: int) -> Openings:
    """The openings of one UTC year; `spans` are minutes of the day, Monday first."""
    found: list[tuple[int, int]] = []
    for start, end, offset in _pieces(ZoneInfo(zone), year_start(year), year_start(year + 1)):
        found += _within(start, end, offset, spans, holidays)
    lengths = [end - start for start, end in found]
    return Openings([s for s, _ in found], [e for _, e in found], [0, *accumulate(lengths)])


def _within(
    start: int, end: int, offset: int, spans: Spans, holidays: frozenset[date]
) -> Iterator[tuple[int, int]]:
    """The openings of a piece of time with one offset, clipped to the piece."""
    for day in range((start + offset) // DAY, (end + offset - 1) // DAY + 1):
        local = EPOCH.date() + timedelta(days=day)
        if local in holidays:
            continue
        midnight = day * DAY - offset
        for first, last in spans[local.weekday()]:
            opens = max(midnight + first * MINUTE, start)
            closes = min(midnight + last * MINUTE, end)
            if opens < closes:
                yield opens, closes


def _pieces(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Pieces of one offset each, as (start, end, offset)."""
    begun, offset = start, _offset(zone, start)
    for at in range(start + STEP, end + 1, STEP):
        later = _offset(zone, at)
        if later != offset:
            change = _change(zone, at - STEP, at)
            yield begun, change, offset
            begun, offset = change, later
    if begun < end:
        yield begun, end, offset


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first instant with the new offset, by halving."""
    old = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _offset(zone: ZoneInfo, at: int) -> int:
    shift = instant(at).astimezone(zone).utcoffset()
    return (shift or timedelta()) // MICRO
