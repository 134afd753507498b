"""A yes that was asked for, and the answer."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models import Person
from trueup.desk.work.models.records import Record


class Approval(models.Model):
    """One person's part in one step of an approval; asked by a process, answered once.

    `element` and `visit` name the step of the model that waits for it. The row that completes
    the policy carries the policy's name as `level`. A step with the quorum ``one`` needs a single
    yes, one with ``all`` everybody's.
    """

    DECISIONS = ("pending", "approved", "rejected", "abstained", "expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="approvals")
    policy = models.CharField(max_length=60)
    step = models.CharField(max_length=60)
    level = models.CharField(max_length=60, blank=True)
    quorum = models.CharField(max_length=3, default="all", choices=[(q, q) for q in ("one", "all")])
    approver = models.ForeignKey(Person, models.PROTECT, related_name="approvals")
    decision = models.CharField(
        max_length=9, default="pending", choices=[(d, d) for d in DECISIONS]
    )
    reason = models.CharField(max_length=2000, blank=True)
    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    at = models.DateTimeField(null=True)
    element = models.CharField(max_length=100, blank=True)
    visit = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["approver", "decision"], name="approval_pending")]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "element", "visit", "step", "approver"], name="approval_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.record_id}: {self.decision}"
