"""What clocks are computed from, and what they came to."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.services.models import Target
from trueup.desk.work.models.records import Record


class Wait(models.Model):
    """A stretch in which a record stood: on hold for somebody, or resolved and not yet reopened.

    `waiting_for` is a word of the evidence schema, or ``resolved``. Open while `ended_at` is None.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="waits")
    waiting_for = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(ended_at=None), name="wait_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.waiting_for}"


class TargetResult(models.Model):
    """What a clock came to when it stopped; corrections add a row and never overwrite one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="results")
    target = models.ForeignKey(Target, models.PROTECT, related_name="results")
    metric = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)
    met = models.BooleanField()
    elapsed_min = models.FloatField()
    paused_min = models.FloatField(default=0)
    computed_at = models.DateTimeField()
    rule_version = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["target", "computed_at"], name="result_of_target")]

    def __str__(self) -> str:
        return f"{self.metric} of {self.record_id}: {self.met}"
