"""Attaching files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Model, Sum
from django.utils import timezone

from trueup.core.events.people import AttachmentAdded
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import attachments
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.models import Attachment, Subject
from trueup.desk.eventlog.verbs import append


def attach(
    thing: Model,
    name: str,
    chunks: Iterable[bytes],
    *,
    actor: Who,
    declared_type: str = "",
    private: bool = False,
    via: str = "web",
    at: datetime | None = None,
) -> Attachment:
    """Attach a file to a record or another subject; the rule `attach` of its table decides who.

    The bytes are stored first and named by their digest; a refusal afterwards leaves at most a
    file that nothing points at.
    """
    require(actor, "attach_private" if private else "attach", thing)
    stored = attachments.store(chunks)
    with transaction.atomic():
        subject = Subject.objects.select_for_update().get(pk=thing.pk)
        _check_room(subject, stored.size)
        row = Attachment.objects.create(
            subject=subject,
            name=attachments.clean_name(name),
            declared_type=declared_type[:100],
            sniffed_type=stored.sniffed_type,
            size=stored.size,
            sha256=stored.sha256,
            private=private,
            added_by_id=actor_of(actor).person,
            added_at=at or timezone.now(),
        )
        event = AttachmentAdded(
            subject=subject.pk,
            file_name=row.name,
            file_type=row.sniffed_type,
            size=row.size,
            sha256=row.sha256,
            restricted=private,
        )
        append(event, actor=actor_of(actor), entity_id=row.pk, via=via, at=at)
    return row


def _check_room(subject: Subject, size: int) -> None:
    there = Attachment.objects.filter(subject=subject).aggregate(n=Count("pk"), bytes=Sum("size"))
    if there["n"] >= attachments.MOST_FILES:
        raise Refused(
            N_("There are %(most)s files here already; no more fit."),
            field="file",
            most=attachments.MOST_FILES,
        )
    if (there["bytes"] or 0) + size > attachments.MOST_TOTAL:
        raise Refused(
            N_("The files here would be larger than %(most)s MB together."),
            field="file",
            most=attachments.MOST_TOTAL // 1024 // 1024,
        )
