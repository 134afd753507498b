"""Asking users how it was while the history is played, and taking their answers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from trueup.core.actors import SYSTEM
from trueup.demo.hours import BERLIN
from trueup.desk.base.access import Viewer
from trueup.desk.feedback import verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.work.models import Record

MORNING = time(9, 0)


class Asking:
    """Asks while the history is played: decides at each closing, sends every morning."""

    def __init__(self) -> None:
        self.next: datetime | None = None

    def morning(self, at: datetime) -> None:
        """Send, repeat and end what is due, once a day."""
        if self.next is None or at >= self.next:
            verbs.bring_forward(at)
            local = at.astimezone(BERLIN)
            today = datetime.combine(local.date(), MORNING, BERLIN)
            self.next = today if today > local else today + timedelta(days=1)

    def closed(self, record: Record, at: datetime) -> None:
        """Decide whether the requester is asked about this closing."""
        verbs.sample(record, closed_at=at, now=at, actor=SYSTEM)


def answer(record: Record, who: Viewer, at: datetime, csat: object, comment: object) -> None:
    """Answer by the link in the mail, where one came."""
    asked = Survey.objects.filter(record=record, person=who.person, state="invited").first()
    if asked is not None:
        assert isinstance(csat, int)
        verbs.answer(asked, csat=csat, comment=str(comment), actor=who, via="mail", at=at)
