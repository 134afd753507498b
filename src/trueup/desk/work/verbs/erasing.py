"""What an erased person wrote leaves the records as it left the event log."""

from __future__ import annotations

from datetime import datetime

from trueup.core.events.around import RecordRedacted
from trueup.desk.base.access import Who
from trueup.desk.base.models import Person, Subject
from trueup.desk.work.models import Message, Record, SearchTerm
from trueup.desk.work.replay import ERASED
from trueup.desk.work.verbs.door import Act, acting


def redact(
    record: Record,
    *,
    person: Person,
    actor: Who,
    via: str = "process",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Take out a person's messages, and title and description of what they reported.

    What others wrote about the person stays; done again, it changes nothing.
    """
    with acting(record, "redact", actor, via, version, at) as act:
        said = Message.objects.filter(record=act.record, author=person).exclude(text="")
        gone = said.update(text="")
        own = act.record.requester_id == person.pk and act.record.title != ERASED
        if own:
            _reword(act)
        if gone or own:
            act.log(RecordRedacted(person=person.pk, messages=gone, title=own))
    return act.record


def _reword(act: Act) -> None:
    act.set(title=ERASED, description="")
    Subject.objects.filter(pk=act.record.pk).update(label=ERASED)
    SearchTerm.objects.filter(record=act.record).delete()
