"""Calendars of a pack as the shared clock reads them: by id, by text, or none at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from trueup.audit.business import DAYS, parse_week
from trueup.core.calendars import Calendar
from trueup.core.refusals import Refused
from trueup.core.words import N_

ALWAYS = Calendar.always()


def week_of(text: str) -> dict[str, list[list[str]]]:
    """``Mo-Fr 08:00-18:00`` as the ``week`` of a calendar; Refused where it holds no hours."""
    spans = parse_week(text)
    if not any(spans) or any(not 0 <= s < e <= 1440 for day in spans for s, e in day):
        raise Refused(
            N_("“%(given)s” holds no hours of a week. Write Mo-Fr 08:00-18:00; Sa 09:00-12:00."),
            given=text,
        )
    return {
        day: [[_time(s), _time(e)] for s, e in own]
        for day, own in zip(DAYS, spans, strict=True)
        if own
    }


def week_told(cell: object) -> str:
    """The ``week`` of a calendar as `week_of` reads it; what cannot be read stays as it is."""
    try:
        week = json.loads(str(cell))
        hours = [[f"{start}-{end}" for start, end in week.get(day, ())] for day in DAYS]
    except (ValueError, TypeError, AttributeError):
        return str(cell)
    alike = groupby(enumerate(hours), lambda day: day[1])
    runs = [(spans, [number for number, _ in run]) for spans, run in alike]
    return "; ".join(f"{_days(days)} {span}" for spans, days in runs for span in spans)


def _days(numbers: list[int]) -> str:
    first, last = (DAYS[n][:2].capitalize() for n in (numbers[0], numbers[-1]))
    return first if first == last else f"{first}-{last}"


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def calendars_of(rows: list[dict[str, Any]]) -> dict[str, Calendar]:
    """The readable calendars of the table ``calendar`` by id."""
    found = {}
    for row in rows:
        try:
            found[str(row["id"])] = Calendar(
                row["zone"],
                json.loads(row["week"] or "{}"),
                frozenset(
                    date.fromisoformat(str(d)[:10]) for d in json.loads(row["holidays"] or "[]")
                ),
            )
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def resolved(
    name: str | None, rows: Mapping[str, Calendar], zone: str, business_hours: str
) -> Calendar:
    """The calendar of a target, by the audit's own rule.

    24x7, an id, a text of hours, else the pack's only calendar, else `business_hours`.
    """
    if name and name.lower() == "24x7":
        return ALWAYS
    if name in rows:
        return rows[str(name)]
    if name and re.search(r"\d:\d", name):
        return Calendar(zone, week_of(name))
    if len(rows) == 1:
        return next(iter(rows.values()))
    return Calendar(zone, week_of(business_hours))


def same(one: Calendar, other: Calendar) -> bool:
    """Whether two calendars are open at the same moments."""
    return (one.zone, one.spans, one.holidays) == (other.zone, other.spans, other.holidays)


def json_of(value: object) -> str:
    """A value as JSON text of a table's cell."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def json_list(text: object) -> list[str]:
    """The texts of a JSON list in a cell; empty where there is none."""
    try:
        found = json.loads(str(text or "[]"))
    except ValueError:
        return []
    return [str(each)[:10] for each in found] if isinstance(found, list) else []
