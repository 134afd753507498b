"""Roles, given to people as grants."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models.people import Person
from trueup.desk.base.models.subjects import Subject


class Grant(models.Model):
    """One role of one person, for one customer, team or service, or (no scope) for all.

    Grants only add; a revoked grant stays as evidence of who held what, and when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24)
    scope = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "scope"],
                condition=models.Q(revoked_at=None),
                name="grant_once",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(revoked_at=None, scope=None),
                name="grant_for_all_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.person_id}"
