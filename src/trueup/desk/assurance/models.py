"""Tables of the room: how we know."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models import Person, Subject


class EvidencePack(models.Model):
    """The evidence at one position of the log, below the home; never changed once written.

    `previous` is the manifest digest of the pack before it, so that packs form a chain.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    folder = models.CharField(max_length=200)
    manifest_sha256 = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True)
    log_seq = models.BigIntegerField()
    as_of = models.DateTimeField()
    texts = models.BooleanField(default=False)
    rows = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"pack at {self.log_seq}"


class Leased(models.Model):
    """What is asked for and then carried out by one worker at a time: done or failed.

    `done`, `of` and `doing` count the questions while it runs. `attempts` tells two workers apart:
    only the one that took it last may end it.
    """

    STATES = ("queued", "running", "done", "failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=8, default="queued", choices=[(s, s) for s in STATES])
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=300, blank=True)
    trouble = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in ("queued", "running")


class AuditRun(Leased):
    """One audit of the desk by itself.

    `slot` is 1 while it is open, so that there is never a second one. `summary` holds what lists
    and charts show.
    """

    slot = models.PositiveSmallIntegerField(null=True, unique=True, default=1)
    pack = models.ForeignKey(EvidencePack, models.PROTECT, null=True, related_name="runs")
    log_seq = models.BigIntegerField(null=True)
    engine = models.CharField(max_length=20, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["state", "-ended_at"], name="audit_latest")]

    def __str__(self) -> str:
        return f"audit of {self.asked_at:%Y-%m-%d}: {self.state}"


class WhatIf(Leased):
    """The past of one audit counted again under other rules; nothing is found or issued.

    `scenario` is what would be different and `outcome` both sides, as docs/what-if.md has them;
    `outcome` is empty until it is done.
    """

    run = models.ForeignKey(AuditRun, models.PROTECT, related_name="what_ifs")
    scenario = models.JSONField()
    outcome = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="what_if_next")]

    def __str__(self) -> str:
        return f"what if of {self.asked_at:%Y-%m-%d}: {self.state}"


class Finding(models.Model):
    """A finding that somebody agreed to; `key` is its stable name over all audits.

    What it said stands in the result of its audit. It stays open until it is closed with a result.
    """

    RESULTS = ("effective", "partly", "not_effective", "unproven", "accepted")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    key = models.CharField(max_length=20)
    run = models.ForeignKey(AuditRun, models.PROTECT, related_name="findings")
    checks = models.CharField(max_length=200)
    scope = models.CharField(max_length=200, blank=True)
    grade = models.CharField(max_length=12)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=13, blank=True, choices=[(r, r) for r in RESULTS])
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(closed_at=None), name="finding_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Action(models.Model):
    """The step against a finding, in one person's hands, and the test that was frozen with it.

    Nothing of the test is ever changed; done is not verified.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="actions")
    step = models.CharField(max_length=1000)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due = models.DateField()
    created_at = models.DateTimeField()
    measure = models.CharField(max_length=8)
    baseline = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    n_min = models.PositiveIntegerField()
    ready_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.measure} until {self.due}"
