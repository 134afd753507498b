"""Files people attach; the bytes lie outside the database, named by their digest."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models.people import Person
from trueup.desk.base.models.subjects import Subject


class Attachment(models.Model):
    """One file at one subject: its given name is only a text, its place is its digest.

    `private` files belong to private notes and never leave the technicians.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    declared_type = models.CharField(max_length=100, blank=True)
    sniffed_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    private = models.BooleanField(default=False)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
