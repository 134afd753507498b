"""What was promised for a record, as plain values that clocks are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from trueup.core.calendars import Calendar
from trueup.desk.base.calendars import calendar_of
from trueup.desk.base.models import CalendarRow
from trueup.desk.services.models import Target

DAY = 1440.0
_calendars: dict[UUID, Calendar] = {}


@dataclass(frozen=True, slots=True)
class Promise:
    """One target of an agreement that a clock runs against, in minutes of its calendar."""

    target: UUID
    agreement: UUID
    metric: str
    priority: int | None
    minutes: float
    calendar: Calendar
    pauses: frozenset[str]
    clock_start: str
    clock_stop: str


def promises_of(agreements: Iterable[UUID | None]) -> dict[UUID, list[Promise]]:
    """The timed targets of some agreements, in one query."""
    wanted = {one for one in agreements if one is not None}
    found: dict[UUID, list[Promise]] = {one: [] for one in wanted}
    if not wanted:
        return found
    rows = Target.objects.filter(
        agreement__in=wanted, unit__in=("minutes", "hours", "days")
    ).select_related(
        "calendar",
        "agreement__calendar",
        "agreement__service__calendar",
        "agreement__service__team__calendar",
    )
    for target in rows:
        found[target.agreement_id].append(_promise(target))
    return found


def chosen(promises: Sequence[Promise], priority: int) -> dict[str, Promise]:
    """One promise per metric: that of the priority, else the one for all priorities."""
    kept: dict[str, Promise] = {}
    for each in promises:
        if each.priority == priority or (each.priority is None and each.metric not in kept):
            kept[each.metric] = each
    return kept


def calendar(row: CalendarRow | None) -> Calendar:
    """The computing calendar of a row, made once: a signed calendar never changes."""
    if row is None:
        return calendar_of(None)
    if row.pk not in _calendars:
        _calendars[row.pk] = calendar_of(row)
    return _calendars[row.pk]


def _promise(target: Target) -> Promise:
    service = target.agreement.service
    team = service.team
    row = (
        target.calendar
        or target.agreement.calendar
        or service.calendar
        or (team.calendar if team else None)
    )
    hours = calendar(row)
    return Promise(
        target=target.pk,
        agreement=target.agreement_id,
        metric=target.metric,
        priority=target.priority,
        minutes=_minutes(target.value, target.unit, hours),
        calendar=hours,
        pauses=frozenset(word.strip() for word in target.pause_states.split(",") if word.strip()),
        clock_start=target.clock_start,
        clock_stop=target.clock_stop,
    )


def _minutes(value: float, unit: str, hours: Calendar) -> float:
    """A target in minutes; a day is as long as a mean working day of the calendar."""
    if unit == "days":
        return value * minutes_a_day(hours)
    return value * 60 if unit == "hours" else value


def minutes_a_day(hours: Calendar) -> float:
    """The mean open minutes of the days on which a calendar opens at all."""
    lengths = [sum(end - start for start, end in day) for day in hours.spans if day]
    return sum(lengths) / len(lengths) if lengths else DAY
