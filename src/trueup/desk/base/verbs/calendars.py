"""Signing calendars: working hours and holidays become fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from trueup.core.events.people import CalendarSigned
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.calendars import calendar_of, holidays_of, zones
from trueup.desk.base.models import CalendarRow
from trueup.desk.eventlog.verbs import append

AHEAD = 3


def sign_calendar(
    *,
    name: str,
    zone: str,
    week: Mapping[str, list[tuple[str, str]]],
    actor: Who,
    country: str = "",
    days: Iterable[date] = (),
    via: str = "web",
    at: datetime | None = None,
) -> CalendarRow:
    """Fix a version of a calendar with the holidays known today.

    `week` is ``{"mon": [("08:00", "18:00")]}``; the holidays of `country` are taken from the year
    before to three years ahead and frozen here, so one that is added later moves no promise.
    """
    require(actor, "sign_calendar", CalendarRow)
    if zone not in zones():
        raise Refused(
            N_("“%(zone)s” is not a time zone. Write it like Europe/Berlin."),
            field="zone",
            zone=zone,
        )
    now = at or timezone.now()
    known = holidays_of(country, range(now.year - 1, now.year + AHEAD + 1)) if country else []
    frozen = sorted({*known, *days})
    with transaction.atomic():
        last = CalendarRow.objects.filter(name=name).aggregate(last=Max("number"))["last"]
        row = CalendarRow(
            name=name,
            number=(last or 0) + 1,
            zone=zone,
            week={day: [list(span) for span in spans] for day, spans in week.items()},
            holidays=[day.isoformat() for day in frozen],
            country=country,
            signed_at=now,
        )
        _check(row)
        row.save(force_insert=True)
        event = CalendarSigned(title=name, number=row.number, zone=zone, days=len(frozen))
        append(event, actor=actor_of(actor), entity_id=row.pk, via=via, at=at)
    return row


def _check(row: CalendarRow) -> None:
    """Refuse a week that the computing calendar cannot read."""
    try:
        calendar_of(row)
    except (ValueError, KeyError) as wrong:
        raise Refused(
            N_("These working hours cannot be read. Write them like mon 08:00 to 18:00."),
            field="week",
        ) from wrong
