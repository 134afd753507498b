"""Where a record stands: the plain way of its kind, what waits now, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from trueup.core.lifecycles import load
from trueup.core.words import N_
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.desk.promise import AWAITED
from trueup.desk.work.models import Record

WAYS: Mapping[str, tuple[str, ...]] = {
    "incident": ("new", "working", "resolved", "closed"),
    "request": ("submitted", "ready", "fulfilment", "fulfilled", "closed"),
    "task": ("new", "working", "closed"),
}
WORDS: Mapping[str, str] = {
    "new": N_("Reported, to be sorted"),
    "submitted": N_("Asked for"),
    "approval": N_("Waiting for approval"),
    "ready": N_("Approved, to be started"),
    "working": N_("Find and fix"),
    "fulfilment": N_("Being fulfilled"),
    "resolved": N_("Resolved: user confirms"),
    "fulfilled": N_("Fulfilled: user confirms"),
    "closed": N_("Closed, asked how it was"),
}
DONE_WORDS: Mapping[str, str] = {"new": N_("Reported, sorted")}
BY_ITSELF = N_("closes by itself after 5 working days")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; `css` is done, now or empty."""

    words: str
    css: str
    more: str = ""


def path_of(record: Record, waiting: str, now: datetime) -> list[Step]:
    """The way of a record; `waiting` is the step its process waits for, where it has one."""
    way = _way(record)
    here = record.back_to if record.evidence == "waiting" and record.back_to else record.state
    at = way.index(here) if here in way else len(way)
    return [_step(record, state, index - at, waiting, now) for index, state in enumerate(way)]


def _way(record: Record) -> tuple[str, ...]:
    way = WAYS.get(record.kind, tuple(load(record.kind).states))
    if record.state == "approval":
        return (way[0], "approval", *way[1:])
    if record.state == "cancelled":
        return (way[0], "cancelled")
    return way


def _step(record: Record, state: str, distance: int, waiting: str, now: datetime) -> Step:
    words = WORDS.get(state) or load(record.kind).labels("technician", state)
    if distance < 0 or (distance == 0 and state in ("closed", "cancelled")):
        return Step(_(DONE_WORDS.get(state, words)), "done")
    if distance == 0:
        step = "" if waiting.casefold() in (words.casefold(), _(words).casefold()) else waiting
        return Step(_(words), "now", _more(record, step, now))
    return Step(_(words), "", _(BY_ITSELF) if state in ("resolved", "fulfilled") else "")


def _more(record: Record, waiting: str, now: datetime) -> str:
    if record.evidence == "waiting":
        who = _(AWAITED.get(record.waiting_for, AWAITED["other"]))
        when = saying.moment(record.next_contact_at, now) if record.next_contact_at else _("open")
        parts = {"who": who, "when": when, "why": record.waiting_reason}
        return _("On hold: %(who)s, next contact %(when)s. %(why)s") % parts
    if record.evidence == "resolved":
        return _(BY_ITSELF)
    if waiting:
        return _("Next: %(step)s") % {"step": waiting}
    return _("Nobody has it yet") if record.assignee_id is None else ""
