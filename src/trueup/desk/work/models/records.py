"""The record: what every kind of work shares; what only one kind has stands beside it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.db import models
from django.db.models.functions import Coalesce

from trueup.desk.base.models import Customer, Person, Subject, Team
from trueup.desk.services.models import Agreement, Service

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
OPEN, WAITING, RESOLVED, ENDED = range(4)
RANKS = {"open": OPEN, "waiting": WAITING, "resolved": RESOLVED}
LISTED = ("team", "assignee", "service", "customer", "kind", "priority")


def _rank() -> models.Case:
    known = [models.When(evidence=word, then=models.Value(n)) for word, n in RANKS.items()]
    return models.Case(*known, default=models.Value(ENDED))


def _ended() -> models.Case:
    over = models.When(evidence__in=("closed", "cancelled"), then=models.Value(1))
    return models.Case(over, default=models.Value(0))


def _due() -> Coalesce:
    return Coalesce("due_at", models.Value(NEVER, output_field=models.DateTimeField()))


def _orders() -> list[models.Index]:
    """An index for each way a list is narrowed and ordered: it begins with what narrows and goes
    on as the list does, so a page is one stretch of it, however many records there are.
    """
    promised = ("rank", "due", "subject")
    latest = ("ended", "-touched_at", "subject")
    found = [
        models.Index(fields=promised, name="rec_due"),
        models.Index(fields=latest, name="rec_latest"),
        models.Index(fields=["ended", "priority", *promised], name="rec_priority"),
        models.Index(fields=latest[1:], name="rec_touched"),
        models.Index(
            fields=promised, name="rec_free_due", condition=models.Q(assignee__isnull=True)
        ),
        models.Index(fields=["ended", "risk_at"], name="rec_risk"),
        models.Index(fields=["agreement", "-opened_at", "subject"], name="rec_agreement"),
    ]
    for name in LISTED:
        found.append(models.Index(fields=[name, *promised], name=f"rec_{name}_due"))
    for name in (*LISTED, "requester"):
        found.append(models.Index(fields=[name, *latest], name=f"rec_{name}_latest"))
    return found


class Record(models.Model):
    """One work item. `state` is a state of its kind's lifecycle, `evidence` its word there.

    Lists read this table alone: `number`, `title` and `evidence` are copies that only verbs write.
    `back_to` is the state that waiting left, `last_word` the direction of the last public
    message. `response_due` and `resolve_due` are an index for
    queues and timers, never the truth: clocks are computed from intervals. So are `due_at`, the
    next promise to break, and `risk_at`, when three quarters of one will be used up.

    The database itself derives three columns that lists are ordered by: `rank` puts open records
    before waiting, resolved and ended ones, `ended` is 1 for closed and cancelled ones (a number,
    since SQLite finds no truth value by an index), `due` is `due_at` or a day that never comes.
    """

    CHANNELS = ("portal", "mail", "phone", "chat", "api", "monitoring", "walk_in", "other")
    EVIDENCE = ("open", "waiting", "resolved", "closed", "cancelled")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=20)
    evidence = models.CharField(max_length=9, choices=[(e, e) for e in EVIDENCE])
    back_to = models.CharField(max_length=20, blank=True)

    service = models.ForeignKey(
        Service, models.PROTECT, null=True, db_index=False, related_name="records"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, db_index=False, related_name="records"
    )
    requester = models.ForeignKey(
        Person, models.PROTECT, null=True, db_index=False, related_name="requested"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, db_index=False, related_name="records"
    )
    assignee = models.ForeignKey(
        Person, models.PROTECT, null=True, db_index=False, related_name="assigned"
    )
    level = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=10, choices=[(c, c) for c in CHANNELS])
    ci_note = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=80, blank=True)
    subcategory = models.CharField(max_length=80, blank=True)

    impact = models.PositiveSmallIntegerField(null=True)
    urgency = models.PositiveSmallIntegerField(null=True)
    priority = models.PositiveSmallIntegerField(default=3)
    priority_rule = models.CharField(max_length=20, blank=True)
    provisional = models.BooleanField(default=True)
    major = models.BooleanField(default=False)
    major_ended_at = models.DateTimeField(null=True)

    opened_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True)
    first_response_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    last_word = models.CharField(max_length=3, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    waiting_for = models.CharField(max_length=10, blank=True)
    waiting_reason = models.CharField(max_length=300, blank=True)
    next_contact_at = models.DateTimeField(null=True)

    reopen_count = models.PositiveSmallIntegerField(default=0)
    reassignment_count = models.PositiveSmallIntegerField(default=0)
    close_code = models.CharField(max_length=40, blank=True)
    after_change = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, db_index=False, related_name="records"
    )
    response_due = models.DateTimeField(null=True)
    resolve_due = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    risk_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    rank = models.GeneratedField(
        expression=_rank(), output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    ended = models.GeneratedField(
        expression=_ended(), output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    due = models.GeneratedField(
        expression=_due(), output_field=models.DateTimeField(), db_persist=True
    )

    class Meta:
        indexes = _orders()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class SearchTerm(models.Model):
    """A word of a record's title or description, for finding it and its like."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="terms", db_index=False)
    term = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "term"], name="search_term_once")]
        indexes = [models.Index(fields=["term", "-id"], name="search_term_latest")]

    def __str__(self) -> str:
        return f"{self.term} in {self.record_id}"


class Watcher(models.Model):
    """Somebody who also hears of a record."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="watchers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="watches")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="watcher_once")]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.record_id}"


class Link(models.Model):
    """How one record stands to another; the upper one owns the link."""

    TYPES = (
        "relates",
        "duplicates",
        "caused_by",
        "problem",
        "fixes",
        "parent",
        "follows",
        "explains",
        "implements",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="links")
    type = models.CharField(max_length=12, choices=[(t, t) for t in TYPES])
    other = models.ForeignKey(Record, models.PROTECT, related_name="linked_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "type", "other"], name="link_once"),
            models.CheckConstraint(
                condition=~models.Q(record=models.F("other")), name="link_not_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.type} {self.other_id}"
