"""Tables of the room: what people say of our work."""

from __future__ import annotations

import uuid

from django.db import models

from trueup.desk.base.models import Customer, Person, Team
from trueup.desk.services.models import Agreement, Service
from trueup.desk.work.models import Record


class Survey(models.Model):
    """One question to one person, asked or not; columns as in the evidence schema.

    `sampled` waits to be sent, `skipped` was not asked: `rule` is the row of the sampling table in
    either case. An answer without `sent_at` came unasked. `call_rule` is the row of the table of
    calls; `call_at` when a lead is asked to speak with the person, `call` the task of it; whatever
    is said then is no answer. `nonce` makes the link of the question
    and is replaced to make it worthless; `closing` is the log's number of the closing event.
    """

    STATES = ("sampled", "invited", "skipped", "answered", "expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="surveys")
    closing = models.BigIntegerField(null=True, unique=True)
    relationship = models.BooleanField(default=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="surveys")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="surveys")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="surveys")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="surveys")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="surveys")
    language = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=8, choices=[(s, s) for s in STATES])

    rule = models.CharField(max_length=20)
    rule_version = models.CharField(max_length=20, blank=True)
    share = models.FloatField(default=1)
    sampled_at = models.DateTimeField()
    invite_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=9, blank=True)
    reminder = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=32, blank=True)

    answered_at = models.DateTimeField(null=True)
    csat = models.PositiveSmallIntegerField(null=True)
    nps = models.PositiveSmallIntegerField(null=True)
    ces = models.PositiveSmallIntegerField(null=True)
    expected_h = models.FloatField(null=True)
    lost_minutes = models.FloatField(null=True)
    comment = models.TextField(max_length=4000, blank=True)
    call_rule = models.CharField(max_length=20, blank=True)
    call_at = models.DateTimeField(null=True)
    call = models.OneToOneField(Record, models.PROTECT, null=True, related_name="call_about")
    followed_up_at = models.DateTimeField(null=True)
    followed_up_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["record", "person"], name="survey_of_record"),
            models.Index(fields=["person", "sent_at"], name="survey_of_person"),
            models.Index(fields=["customer", "sent_at"], name="survey_of_customer"),
            models.Index(fields=["service", "sent_at"], name="survey_of_service"),
            models.Index(fields=["agreement", "sent_at"], name="survey_of_agreement"),
            models.Index(fields=["team", "sent_at"], name="survey_of_team"),
            models.Index(fields=["sampled_at", "rule"], name="survey_decided"),
            models.Index(
                fields=["invite_at"], condition=models.Q(state="sampled"), name="survey_to_send"
            ),
            models.Index(
                fields=["expires_at"], condition=models.Q(state="invited"), name="survey_open"
            ),
            models.Index(
                fields=["call_at"], condition=models.Q(call_at__isnull=False), name="survey_to_call"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(csat=None) | models.Q(csat__range=(1, 5)), name="survey_csat"
            ),
            models.CheckConstraint(
                condition=models.Q(nps=None) | models.Q(nps__range=(0, 10)), name="survey_nps"
            ),
            models.CheckConstraint(
                condition=models.Q(ces=None) | models.Q(ces__range=(1, 7)), name="survey_ces"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} survey of {self.record_id}"


class OptOut(models.Model):
    """Somebody who does not want to be asked."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person_id)
