"""Tables of the room: how we work."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models import Person, Subject


class Package(models.Model):
    """One version of a process model: diagram, decision tables, parameters, golden histories.

    `content` maps the names of its files to their texts. Published content never changes: its
    digest is kept and compared whenever it is used.
    """

    STATES = ("draft", "tested", "published", "retired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=9, default="draft", choices=[(s, s) for s in STATES])
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    publisher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="package_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(state="published"), name="package_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Instance(models.Model):
    """A model at work on one subject: token places and decision outputs, no copies of fields.

    `parent` is the instance that called this one, and where its token waits meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="instances")
    package = models.ForeignKey(Package, models.PROTECT, related_name="instances")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    parent_element = models.CharField(max_length=100, blank=True)
    parent_visit = models.PositiveIntegerField(default=0)
    state = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "package"],
                condition=models.Q(ended_at=None),
                name="instance_running_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.package_id} on {self.subject_id}"


class Waiting(models.Model):
    """One step that somebody, an approval, a date or another model must end, or words to be sent.

    (element, visit) makes the same effect impossible twice; a visit that ended keeps its row with
    its `result`. `blocked` is the sentence of the refusal that holds the step, else empty.
    Messages have no row: the state of the instance says which it waits for.
    """

    RESULTS = ("done", "fired", "left", "told")

    id = models.BigAutoField(primary_key=True)
    instance = models.ForeignKey(Instance, models.CASCADE, related_name="waits")
    element = models.CharField(max_length=100)
    visit = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)
    lane = models.CharField(max_length=100, blank=True)
    verb = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=5, blank=True, choices=[(r, r) for r in RESULTS])
    blocked = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "element", "visit"], name="waiting_once")
        ]
        indexes = [
            models.Index(
                fields=["lane", "since"], condition=models.Q(ended_at=None), name="waiting_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.element} ({self.visit})"
