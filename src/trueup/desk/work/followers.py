"""What the room does when it hears that a person was erased."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from trueup.core.actors import SYSTEM
from trueup.desk.base.models import Person
from trueup.desk.eventlog import followers
from trueup.desk.eventlog.reads import StoredEvent
from trueup.desk.work import verbs
from trueup.desk.work.models import Message, Record


class Redaction(followers.Follower):
    """Takes an erased person's words out of the records."""

    name = "work.redaction"
    kinds = frozenset({"subject.Erased"})

    def handle(self, event: StoredEvent) -> None:
        """Go through the records of one person; the same event again changes nothing."""
        person = Person.objects.filter(pk=UUID(event.entity_id)).first()
        if person is None:
            return
        said = Message.objects.filter(author=person).values("record")
        for record in Record.objects.filter(Q(requester=person) | Q(pk__in=said)).iterator():
            verbs.redact(record, person=person, actor=SYSTEM)


followers.register(Redaction())
