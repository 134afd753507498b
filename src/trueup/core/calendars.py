"""Business calendars, and clocks over intervals: the same functions for desk and audit.

A moment is open when the wall clock of the calendar's zone shows a time within a span of that
weekday and the local date is no holiday. So an hour that the zone repeats counts twice and an
hour it leaves out does not count, and the server's own zone plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from trueup.core.openings import (
    MINUTE,
    Openings,
    Spans,
    instant,
    micros,
    openings,
    year_start,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FURTHEST = 60
Week = Mapping[str, Sequence[Sequence[str]]]
Pause = tuple[datetime, datetime | None, str]


@dataclass(frozen=True)
class Calendar:
    """Hours of a week in a zone, less holidays. ``week={"mon": [["08:00", "18:00"]]}``.

    A span whose end is not after its start runs past midnight into the next day; ``24:00`` is
    the end of a day. ValueError for an unknown zone, day or time.
    """

    zone: str
    week: Week = field(hash=False)
    holidays: frozenset[date] = frozenset()
    spans: Spans = field(init=False)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, OSError) as unknown:
            raise ValueError(f"There is no time zone {self.zone!r}.") from unknown
        object.__setattr__(self, "spans", _spans(self.week))

    @classmethod
    def always(cls) -> Calendar:
        """Open at every moment."""
        return cls("UTC", {day: [("00:00", "24:00")] for day in DAYS})

    @cached_property
    def never_closed(self) -> bool:
        """Whether every moment of every day is open."""
        return not self.holidays and all(day == ((0, 1440),) for day in self.spans)

    def year(self, year: int) -> Openings:
        """The openings of a UTC year."""
        return openings(self.zone, self.spans, self.holidays, year)

    def business_minutes(self, start: datetime, end: datetime) -> float:
        """Open minutes from start to end; 0 where end is not after start."""
        return self._open(micros(start), micros(end)) / MINUTE

    def _open(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        if self.never_closed:
            return end - start
        first, last = instant(start).year, instant(end).year
        between = sum(self.year(year).total for year in range(first, last))
        return between + self.year(last).until(end) - self.year(first).until(start)

    def add(self, start: datetime, minutes: float) -> datetime:
        """The first instant at which so many open minutes have passed since `start` (UTC).

        ValueError for negative minutes, or where the calendar is not open so long in 60 years.
        """
        left = round(minutes * MINUTE)
        begin = micros(start)
        if left < 0:
            raise ValueError("Time can only be added forward.")
        if left == 0 or self.never_closed:
            return instant(begin + left)
        year = instant(begin).year
        left += self.year(year).until(begin)
        for each in range(year, year + FURTHEST):
            table = self.year(each)
            if left <= table.total:
                return instant(table.reach(left))
            left -= table.total
        raise ValueError("This calendar is never open for so long.")

    def is_open(self, at: datetime) -> bool:
        """Whether a moment is open."""
        return self.year(instant(micros(at)).year).holds(micros(at))

    def opening_times(self, start: int, end: int) -> list[tuple[int, int]]:
        """All openings of the UTC years that hold two instants, in microseconds since 1970."""
        found: list[tuple[int, int]] = []
        for year in range(instant(start).year, instant(end).year + 1):
            table = self.year(year)
            found += zip(table.starts, table.ends, strict=True)
        return found or [(year_start(1970), year_start(1970))]


def _spans(week: Week) -> Spans:
    """Minutes of each day, Monday first: sorted, joined where they touch."""
    unknown = set(week) - set(DAYS)
    if unknown:
        raise ValueError(f"A week has no day {sorted(unknown)[0]!r}.")
    days: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for index, day in enumerate(DAYS):
        for start, end in week.get(day, ()):
            first, last = _minute(start), _minute(end)
            if first < last:
                days[index].append((first, last))
            else:
                days[index].append((first, 1440))
                days[(index + 1) % 7].append((0, last))
    return tuple(tuple(_joined(day)) for day in days)


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    value = int(hour) * 60 + int(minute or 0)
    if not 0 <= value <= 1440 or int(minute or 0) > 59:
        raise ValueError(f"{text!r} is not a time of day.")
    return value


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, overlapping or touching ones made one, empty ones left out."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        elif start < end:
            kept.append((start, end))
    return kept


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clock: running or paused, why, and its open and closed minutes."""

    start: datetime
    end: datetime
    running: bool
    reason: str
    open_min: float
    outside_min: float


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock at a moment, in open minutes; `due_at` is as if a present pause ended now.

    `met` is None while nothing is decided; `segments` explain the rest.
    """

    elapsed_min: float
    paused_min: float
    outside_min: float
    due_at: datetime | None
    left_min: float | None
    met: bool | None
    running: bool
    segments: tuple[Segment, ...]


def clock_state(
    starts_at: datetime,
    stops_at: datetime | None,
    pauses: Iterable[Pause],
    target_minutes: float | None,
    calendar: Calendar,
    now: datetime,
) -> ClockState:
    """The state of a clock from its intervals alone; nothing is stored.

    A pause is (from, to or None, reason); pauses may overlap, and what lies outside start and
    stop does not count. A target reached to the second is met.
    """
    until = max(starts_at, stops_at or now)
    segments = _segments(starts_at, until, pauses, calendar)
    elapsed = _total(each.open_min for each in segments if each.running)
    paused = _total(each.open_min for each in segments if not each.running)
    halted = bool(segments) and not segments[-1].running and stops_at is None
    met: bool | None = None
    if target_minutes is not None and (stops_at or elapsed > target_minutes):
        met = elapsed <= target_minutes
    return ClockState(
        elapsed_min=elapsed,
        paused_min=paused,
        outside_min=_total(each.outside_min for each in segments),
        due_at=_due(starts_at, until, segments, target_minutes, calendar),
        left_min=None if target_minutes is None else target_minutes - elapsed,
        met=met,
        running=stops_at is None and not halted,
        segments=segments,
    )


def _total(minutes: Iterable[float]) -> float:
    """A sum exact to the microsecond."""
    return sum(round(each * MINUTE) for each in minutes) / MINUTE


def _segments(
    start: datetime, until: datetime, pauses: Iterable[Pause], calendar: Calendar
) -> tuple[Segment, ...]:
    made: list[Segment] = []
    reached = start
    for begin, end, reason in sorted(pauses, key=lambda pause: pause[0]):
        first, last = max(begin, reached), min(end or until, until)
        if first >= last:
            continue
        if first > reached:
            made.append(_segment(reached, first, True, "", calendar))
        made.append(_segment(first, last, False, reason, calendar))
        reached = last
    if until > reached:
        made.append(_segment(reached, until, True, "", calendar))
    return tuple(made)


def _segment(
    start: datetime, end: datetime, running: bool, reason: str, calendar: Calendar
) -> Segment:
    open_min = calendar.business_minutes(start, end)
    whole = (micros(end) - micros(start)) / MINUTE
    return Segment(start, end, running, reason, open_min, whole - open_min)


def _due(
    start: datetime,
    until: datetime,
    segments: Sequence[Segment],
    target: float | None,
    calendar: Calendar,
) -> datetime | None:
    """When the target is or was used up: within a running stretch, else after the last one."""
    if target is None:
        return None
    left = round(target * MINUTE)
    for each in segments:
        used = round(each.open_min * MINUTE)
        if each.running and used >= left:
            return calendar.add(each.start, left / MINUTE)
        left -= used if each.running else 0
    return calendar.add(until if segments else start, left / MINUTE)
