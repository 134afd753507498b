"""Records that are done, for the tests of what people say afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from tests import people
from trueup.core.actors import SYSTEM
from trueup.desk.base.models import Person
from trueup.desk.eventlog.models import Event
from trueup.desk.feedback import verbs as feedback
from trueup.desk.feedback.models import Survey
from trueup.desk.services import verbs as services
from trueup.desk.services.models import Service
from trueup.desk.work import verbs
from trueup.desk.work.models import Record


def mail(cast: people.Cast) -> Service:
    return services.add_service(name="Mail", owner=cast.olga, team=cast.desk, actor=SYSTEM)


def solved(
    cast: people.Cast, service: Service, requester: Person | None = None, *,
    impact: int = 3, urgency: int = 3, close_code: str = "fixed", at: datetime | None = None,
) -> Record:  # fmt: skip
    """An incident that a technician solved."""
    now = at or timezone.now()
    record = verbs.report(
        title="Mail is slow", service=service, actor=people.looking(requester or cast.alice), at=at
    )
    return verbs.resolve(
        record, category="mail", ci_note="none, because", impact=impact, urgency=urgency,
        close_code=close_code, closing_word="It works again.", after_change="no", minutes=5,
        actor=people.looking(cast.charlie), at=now + timedelta(minutes=1) if at else None,
    )  # fmt: skip


def closed(cast: people.Cast, service: Service, requester: Person | None = None, **more) -> Record:
    """The same, closed by the desk."""
    return verbs.close(solved(cast, service, requester, **more), actor=SYSTEM)


def sampled(record: Record, now: datetime | None = None) -> Survey:
    """What the follower does when it hears of the closing."""
    event = Event.objects.filter(entity_id=str(record.pk), kind="work.RecordClosed").latest("pk")
    return feedback.sample(
        record, closing=event.pk, closed_at=event.at_occurred, now=now or timezone.now(),
        actor=SYSTEM,
    )  # fmt: skip


def invited(record: Record) -> Survey:
    """A question that went out."""
    return feedback.invite(sampled(record), actor=SYSTEM)
