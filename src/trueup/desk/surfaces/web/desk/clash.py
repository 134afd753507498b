"""Two people at one record: told field by field, and only where they really differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from trueup.core.refusals import Conflict
from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.base.reads import names
from trueup.desk.eventlog.reads import events_of
from trueup.desk.surfaces.web.desk import options
from trueup.desk.surfaces.web.desk.forms import Field
from trueup.desk.work.models import Record

KEEP, WAS = "keep_", "was_"
YOURS, THEIRS = N_("Yours, no clash"), N_("Theirs, no clash")
MOVES = ("started", "resolved", "closed", "cancelled", "reopened", "paused", "resumed", "assigned")


@dataclass(frozen=True, slots=True)
class Clash:
    """One field: what it was, what it is now, what was typed; `asks` where both changed it."""

    name: str
    label: str
    was: str
    now: str
    mine: str
    asks: bool
    verdict: str = ""


def settled(typed: Mapping[str, str]) -> dict[str, str]:
    """The inputs after somebody chose whose value to keep."""
    found = dict(typed)
    for name, choice in typed.items():
        field = name.removeprefix(KEEP)
        if name.startswith(KEEP) and choice == "theirs":
            found[field] = typed.get(WAS + field, "")
    return found


def compare(
    viewer: Viewer,
    now: Record,
    fields: Iterable[Field],
    typed: Mapping[str, str],
    conflict: Conflict,
) -> tuple[Clash, ...]:
    """The inputs of a form against the record as it stands now, and what else moved."""
    found = []
    for field in fields:
        if field.kind == "moment":
            continue
        was, mine = typed.get(WAS + field.name, ""), typed.get(field.name, "")
        current = options.value_of(now, field)
        if was == current == mine or not (was or current):
            continue
        say = options.sayer(viewer, field)
        asks = current not in (was, mine) and mine != was
        verdict = "" if asks else _(YOURS if was == current else THEIRS)
        found.append(
            Clash(field.name, _(field.label), say(was), say(current), say(mine), asks, verdict)
        )
    told = {field.name for field in fields}
    found += [
        Clash(one.field, _(one.field), one.was, one.now, "", asks=False, verdict=_(THEIRS))
        for one in conflict.fields
        if one.field not in told
    ]
    return tuple(found)


def moved(conflict: Conflict, typed: Mapping[str, str]) -> bool:
    """Whether the record itself moved on, or the very text to be corrected was corrected.

    Then the step is decided again by whoever takes it.
    """
    changed = {one.field for one in conflict.fields}
    return bool(changed & {*MOVES, "state", "assignee", typed.get("field", "")})


def last_hand(record: Record) -> str:
    """Who changed the record last."""
    events = events_of("record", record.pk)
    hand = events[-1].actor if events else ""
    return names([hand]).get(hand, "") if hand else "Trueup"
