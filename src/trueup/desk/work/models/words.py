"""What people said on a record, and the time they spent on it."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models import Person, Team
from trueup.desk.work.models.records import Record


class Message(models.Model):
    """One entry people wrote: public words reach the requester, private notes only technicians.

    `direction` is seen from the desk: out = from us, in = from the requester's side.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=[("in", "in"), ("out", "out")])
    public = models.BooleanField()
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    automatic = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, default="portal")
    language = models.CharField(max_length=8, blank=True)
    text = models.TextField(max_length=100_000)

    class Meta:
        indexes = [models.Index(fields=["record", "at"], name="message_of_record")]

    def __str__(self) -> str:
        return f"{self.direction} {self.record_id}"


class WorkLog(models.Model):
    """Time somebody worked on a record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="worklogs")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    minutes = models.FloatField()
    started_at = models.DateTimeField()
    overtime = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.record_id}"
