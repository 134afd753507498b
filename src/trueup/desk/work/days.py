"""Working days of a calendar, counted as people count them: by date, not by minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from trueup.core.calendars import DAYS, Calendar

FURTHEST = 3660


def usual() -> Calendar:
    """Monday to Friday where the organisation is at home, for teams without a calendar."""
    week = {day: [("00:00", "24:00")] for day in DAYS[:5]}
    return Calendar(settings.TIME_ZONE, week)


def working_days_after(hours: Calendar, start: datetime, days: int) -> datetime:
    """The same time of day so many working days later; as it is where the calendar never opens."""
    at = start.astimezone(ZoneInfo(hours.zone))
    left = days
    for _ in range(FURTHEST):
        if left <= 0:
            return at
        at += timedelta(days=1)
        if hours.spans[at.weekday()] and at.date() not in hours.holidays:
            left -= 1
    return start
