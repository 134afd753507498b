"""The clock of a record in one row: a bar and words, never a bare number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from trueup.core.words import N_
from trueup.desk.surfaces.web.desk.words import brief, day, end_of_today, span

BAR = 58
SOON = 0.75
GROUPS = {
    "broken": N_("Promise broken"),
    "today": N_("Breaks today"),
    "later": N_("Later"),
    "hold": N_("On hold"),
    "done": N_("Done"),
}
AWAITED = {
    "customer": N_("User"),
    "supplier": N_("Supplier"),
    "approval": N_("Approval"),
    "change": N_("Change"),
    "problem": N_("Problem"),
    "internal": N_("Colleagues"),
    "other": N_("Others"),
}


class Promised(Protocol):
    """What of a record a clock in a row needs."""

    evidence: str
    opened_at: datetime
    due_at: datetime | None
    waiting_for: str
    next_contact_at: datetime | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowClock:
    """`tone` is a class of the style sheet, `used` the filled part of the bar."""

    tone: str
    used: int
    words: str
    over: bool = False
    held: bool = False


def row_clock(record: Promised, now: datetime) -> RowClock:
    """The clock of a record in a row."""
    if record.evidence not in ("open", "waiting"):
        return _ended(record, now)
    if record.evidence == "waiting":
        return RowClock("wait", 0, _awaited(record, now), held=True)
    due = record.due_at
    if due is None:
        return RowClock("wait", 0, _("No promise"))
    if due < now:
        over = _("%(span)s over") % {"span": span(_minutes(due, now))}
        return RowClock("red", BAR, over, over=True)
    share = _share(record.opened_at, due, now)
    soon = share >= SOON and due < end_of_today(now)
    left = _("%(span)s left") % {"span": span(_minutes(now, due))}
    words = left if due < end_of_today(now) else brief(due, now)
    return RowClock("amber" if soon else "", max(2, round(BAR * share)), words)


def _ended(record: Promised, now: datetime) -> RowClock:
    ended = record.resolved_at
    words = _("Done %(day)s") % {"day": day(ended, now)} if ended else _("Ended")
    return RowClock("wait", 0, words)


def _awaited(record: Promised, now: datetime) -> str:
    who = _(AWAITED.get(record.waiting_for, AWAITED["other"]))
    if record.next_contact_at is None:
        return who
    return _("%(who)s, until %(day)s") % {"who": who, "day": day(record.next_contact_at, now)}


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60


def _share(start: datetime, end: datetime, now: datetime) -> float:
    whole = _minutes(start, end)
    return min(1.0, max(0.0, _minutes(start, now) / whole)) if whole > 0 else 1.0
