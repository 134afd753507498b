"""The record: what every kind of work shares; what only one kind has stands beside it."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models import Customer, Person, Subject, Team
from trueup.desk.services.models import Agreement, Service


class Record(models.Model):
    """One work item. `state` is a state of its kind's lifecycle, `evidence` its word there.

    Lists read this table alone: `number`, `title` and `evidence` are copies that only verbs write.
    `back_to` is the state that waiting left, `last_word` the direction of the last public
    message. `response_due` and `resolve_due` are an index for
    queues and timers, never the truth: clocks are computed from intervals. So are `due_at`, the
    next promise to break, and `risk_at`, when three quarters of one will be used up.
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

    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="records")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="records")
    requester = models.ForeignKey(Person, models.PROTECT, null=True, related_name="requested")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="records")
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="assigned")
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

    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="records")
    response_due = models.DateTimeField(null=True)
    resolve_due = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    risk_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["evidence", "priority", "due_at", "subject"], name="rec_queue"),
            models.Index(fields=["team", "evidence", "touched_at"], name="rec_team"),
            models.Index(fields=["assignee", "evidence", "touched_at"], name="rec_assignee"),
            models.Index(fields=["requester", "touched_at"], name="rec_requester"),
            models.Index(fields=["customer", "opened_at"], name="rec_customer"),
            models.Index(fields=["service", "opened_at"], name="rec_service"),
            models.Index(fields=["-touched_at", "subject"], name="rec_touched"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class SearchTerm(models.Model):
    """A word of a record's title or description, for finding it and its like."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="terms")
    term = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "record"], name="search_term_once")]

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
