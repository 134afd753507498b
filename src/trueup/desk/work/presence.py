"""Who is here: who else has a record open, whichever process serves them.

A page says every quarter of a minute that it is still open; it is written down only once in
twenty seconds, or when somebody begins or ends to write. Nothing of it is an event: it changes no
record, and the worker takes it away within the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from trueup.desk.base.access import Viewer
from trueup.desk.work.models import Presence

GONE_AFTER = timedelta(seconds=45)
SAID_AGAIN = timedelta(seconds=20)
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody else on the same record."""

    person: str
    name: str
    writing: bool


def arrive(record: UUID, viewer: Viewer, now: datetime, *, writing: bool = False) -> list[Here]:
    """Say that this person is here, and return the others."""
    rows = Presence.objects.filter(record=record, seen_at__gt=now - GONE_AFTER)
    found = list(rows.select_related("person").order_by("person__name", "pk"))
    own = next((row for row in found if row.person_id == viewer.person), None)
    if own is None or own.seen_at < now - SAID_AGAIN or own.writing != writing:
        _say(Presence(record_id=record, person_id=viewer.person, seen_at=now, writing=writing))
    others = [row for row in found if row.person_id != viewer.person]
    return [Here(str(row.person_id), row.person.name, row.writing) for row in others]


def last_other(viewer: Viewer, now: datetime) -> Subquery:
    """For lists of records: the name of who else opened each last, if they are still there."""
    rows = Presence.objects.filter(record=OuterRef("pk"), seen_at__gt=now - GONE_AFTER)
    others = rows.exclude(person=viewer.person).order_by("-seen_at")
    return Subquery(others.values("person__name")[:1])


def prune() -> None:
    """Forget who was here an hour ago."""
    Presence.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()


def _say(row: Presence) -> None:
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["record", "person"],
        update_fields=["seen_at", "writing"],
    )
