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
FROZEN = ("agreed", "reviewed", "ended")
MOST_KEPT = 5_000
_calendars: dict[UUID, Calendar] = {}
_kept: dict[UUID, list[Promise]] = {}


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
    """The timed targets of some agreements, in one query; those of a frozen one are kept."""
    known = {one: _kept.get(one) for one in agreements if one is not None}
    missing = [one for one, kept in known.items() if kept is None]
    found: dict[UUID, list[Promise]] = {one: kept or [] for one, kept in known.items()}
    if not missing:
        return found
    rows = Target.objects.filter(
        agreement__in=missing, unit__in=("minutes", "hours", "days")
    ).select_related(
        "calendar",
        "agreement__calendar",
        "agreement__service__calendar",
        "agreement__service__team__calendar",
    )
    fixed = dict.fromkeys(missing, True)
    for target in rows:
        found[target.agreement_id].append(_promise(target))
        fixed[target.agreement_id] &= _is_frozen(target)
    _keep({one: found[one] for one in missing if fixed[one] and found[one]})
    return found


def _is_frozen(target: Target) -> bool:
    """Whether nothing can change what it promises: agreed, with a calendar of its own."""
    agreement = target.agreement
    owned = target.calendar_id or agreement.calendar_id
    return agreement.state in FROZEN and owned is not None


def _keep(promises: dict[UUID, list[Promise]]) -> None:
    if len(_kept) + len(promises) > MOST_KEPT:
        _kept.clear()
    _kept.update(promises)


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
