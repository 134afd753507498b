"""Things that shall happen later, as rows."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models.subjects import Subject


class Timer(models.Model):
    """A due row: armed by a verb, fired once by the worker, or dropped.

    `not_before` is the lease and the pause after a failure in one: nobody takes it up earlier.
    """

    STATES = ("armed", "fired", "dropped", "stuck")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="timers")
    name = models.CharField(max_length=100)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField()
    payload = models.JSONField(default=dict)
    armed_by = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="armed", choices=[(s, s) for s in STATES])
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "name"],
                condition=models.Q(state="armed"),
                name="timer_armed_once",
            )
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=models.Q(state="armed"), name="timer_due")
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.due_at}"
