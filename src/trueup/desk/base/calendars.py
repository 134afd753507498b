"""From the stored calendar to the one that computes, and the holidays of a country."""

from __future__ import annotations

import zoneinfo
from datetime import date
from functools import cache

import holidays as sources

from trueup.core.calendars import Calendar
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.models import CalendarRow


def calendar_of(row: CalendarRow | None) -> Calendar:
    """The computing calendar of a row; without a row every minute counts."""
    if row is None:
        return Calendar.always()
    week = {day: [(start, end) for start, end in spans] for day, spans in row.week.items()}
    days = frozenset(date.fromisoformat(day) for day in row.holidays)
    return Calendar(zone=row.zone, week=week, holidays=days)


def holidays_of(country: str, years: range) -> list[date]:
    """Public holidays of a country ("DE") or of a part of it ("DE-BY"), in order."""
    name, _, part = country.partition("-")
    try:
        found = sources.country_holidays(name, subdiv=part or None, years=list(years))
    except NotImplementedError as unknown:
        raise Refused(
            N_("The holidays of %(country)s are not known here. Give them as a list of dates."),
            field="country",
            country=country,
        ) from unknown
    return sorted(found)


@cache
def zones() -> frozenset[str]:
    """The names of all time zones; reading them from disk takes some milliseconds."""
    return frozenset(zoneinfo.available_timezones())
