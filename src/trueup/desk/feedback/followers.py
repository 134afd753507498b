"""What the room does when it hears that a record was closed."""

from __future__ import annotations

from uuid import UUID

from trueup.core.actors import SYSTEM
from trueup.desk.eventlog import clock, followers
from trueup.desk.eventlog.reads import StoredEvent
from trueup.desk.feedback import verbs
from trueup.desk.work.models import Record


class Sampling(followers.Follower):
    """Decides for every closed record whether the requester is asked how it was."""

    name = "feedback.sampling"
    kinds = frozenset({"work.RecordClosed"})

    def handle(self, event: StoredEvent) -> None:
        """Sample one closing; the same event again changes nothing."""
        record = Record.objects.select_related("requester").filter(pk=UUID(event.entity_id)).first()
        if record is not None:
            verbs.sample(
                record, closing=event.id, closed_at=event.at_occurred, now=clock.now(), actor=SYSTEM
            )


followers.register(Sampling())
