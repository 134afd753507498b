"""What the timers of this room do."""

from __future__ import annotations

from trueup.core.actors import SYSTEM
from trueup.desk.base import timers
from trueup.desk.base.models import Timer
from trueup.desk.work import verbs
from trueup.desk.work.models import Record
from trueup.desk.work.verbs.ending import CLOSE
from trueup.desk.work.verbs.waiting import CONTACT


def contact_again(timer: Timer) -> None:
    """The day of the next contact: the record says so, if it still waits."""
    record = Record.objects.filter(pk=timer.subject_id, evidence="waiting").first()
    if record is not None:
        verbs.contact_due(record, actor=SYSTEM, via="timer")


def close_unanswered(timer: Timer) -> None:
    """Nobody objected for so many days: close it, if it still stands resolved."""
    record = Record.objects.filter(pk=timer.subject_id, evidence="resolved").first()
    if record is not None:
        verbs.close(record, actor=SYSTEM, via="timer")


timers.handle(CONTACT, contact_again)
timers.handle(CLOSE, close_unanswered)
