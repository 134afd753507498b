"""The identity of anything one can point at."""

from __future__ import annotations

import uuid

from django.db import models


class Subject(models.Model):
    """A thing's identity: attachments, links and watchers point here with a real foreign key.

    `kind` says which table holds the rest; `number` is for people and never a key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=32, blank=True)
    label = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="subject_number_once"
            )
        ]
        indexes = [models.Index(fields=["kind", "label"], name="subject_kind_label")]

    def __str__(self) -> str:
        return f"{self.number} {self.label}".strip()
