"""Who has a record open at this minute."""

from __future__ import annotations

from django.db import models

from trueup.desk.base.models import Person
from trueup.desk.work.models.records import Record


class Presence(models.Model):
    """When somebody last had a record open. Not part of any record: it is gone within the hour."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField(db_index=True)
    writing = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.record_id}"
