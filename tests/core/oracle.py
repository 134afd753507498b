"""A slow reference for business time: it looks at the wall clock of every single minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = frozenset(
    datetime.fromisoformat(text).date()
    for text in ("2026-04-03", "2026-12-25", "2024-02-29", "2026-10-26", "2026-03-30")
)
WEEKS = {
    "office": {day: [["08:00", "18:00"]] for day in NAMES[:5]},
    "two_shifts": {day: [["08:00", "12:15"], ["13:00", "17:30"]] for day in NAMES[:6]},
    "night": {day: [["22:00", "06:00"]] for day in NAMES},
    "sunday": {"sun": [["00:00", "24:00"]]},
    "always": {day: [["00:00", "24:00"]] for day in NAMES},
}
# Each zone with a day on which something odd happens (or nothing, for comparison).
TRAPS = (
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Sao_Paulo", "2026-02-15"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Kolkata", "2024-02-29"),
    ("Asia/Kathmandu", "2026-01-01"),
    ("Pacific/Apia", "2011-12-30"),
    ("America/Nuuk", "2026-03-29"),
    ("UTC", "2026-12-31"),
)


def is_open(zone: str, week: str, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    if local.date() in HOLIDAYS:
        return False
    now = local.hour * 60 + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    for start, end in spans(week, today):
        if start <= now < (end if start < end else 1440):
            return True
    return any(now < end <= start for start, end in spans(week, yesterday))


def spans(week: str, day: int) -> list[tuple[int, int]]:
    return [(minutes(start), minutes(end)) for start, end in WEEKS[week].get(NAMES[day], [])]


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def walk(zone: str, week: str, start: datetime, end: datetime) -> int:
    count = 0
    while start < end:
        count += is_open(zone, week, start)
        start += MINUTE
    return count


def due(zone: str, week: str, start: datetime, wanted: int) -> datetime:
    at = start.astimezone(UTC)
    while wanted:
        wanted -= is_open(zone, week, at)
        at += MINUTE
    return at
