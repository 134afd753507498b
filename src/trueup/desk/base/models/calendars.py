"""Business calendars as they were signed."""

from __future__ import annotations

import uuid

from django.db import models


class CalendarRow(models.Model):
    """A calendar as promised: never changed once written; a new version is a new row.

    `week` is ``{"mon": [["08:00", "18:00"]], ...}``; `holidays` the dates frozen at signing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    number = models.PositiveIntegerField(default=1)
    zone = models.CharField(max_length=64)
    week = models.JSONField()
    holidays = models.JSONField(default=list)
    country = models.CharField(max_length=8, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "number"], name="calendar_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
