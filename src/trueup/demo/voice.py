"""Asking users how it was while the history is played, taking their answers, calling some."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from trueup.core.actors import SYSTEM
from trueup.demo.hours import BERLIN
from trueup.desk.base.access import Viewer, viewer_of
from trueup.desk.feedback import verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.work import verbs as work
from trueup.desk.work.models import Record

MORNING = time(9, 0)
CALLS_TAKE = 8.0
WORKDAYS = range(5)


class Asking:
    """Asks while the history is played: decides at each closing, sends every morning."""

    def __init__(self) -> None:
        self.next: datetime | None = None

    def morning(self, at: datetime) -> None:
        """Send, repeat and end what is due, once a day; leads call whom they were to call."""
        if self.next is not None and at < self.next:
            return
        local = at.astimezone(BERLIN)
        if local.weekday() in WORKDAYS:
            _call(at)
        verbs.bring_forward(at)
        today = datetime.combine(local.date(), MORNING, BERLIN)
        self.next = today if today > local else today + timedelta(days=1)

    def closed(self, record: Record, at: datetime) -> None:
        """Decide whether the requester is asked about this closing."""
        verbs.sample(record, closed_at=at, now=at, actor=SYSTEM)


def _call(at: datetime) -> None:
    """The leads carry out the calls they were asked for a day ago."""
    open_ones = Record.objects.filter(kind="task", evidence="open", assignee__isnull=False)
    for task in open_ones.order_by("opened_at"):
        lead = viewer_of(task.assignee_id) if task.assignee_id else None
        assert lead is not None
        started = work.start(task, actor=lead, at=at)
        work.finish(started, minutes=CALLS_TAKE, actor=lead, at=at)


def answer(record: Record, who: Viewer, at: datetime, csat: object, comment: object) -> None:
    """Answer by the link in the mail, where one came."""
    asked = Survey.objects.filter(record=record, person=who.person, state="invited").first()
    if asked is not None:
        assert isinstance(csat, int)
        verbs.answer(asked, csat=csat, comment=str(comment), actor=who, via="mail", at=at)
