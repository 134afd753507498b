"""Looking at promises together, and ending them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from trueup.core.events.services import AgreementEnded, AgreementReviewed
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.eventlog.verbs import append
from trueup.desk.services.models import Agreement


def hold_review(
    agreement: Agreement,
    *,
    held_on: date,
    next_due: date,
    outcome: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Keep that both sides looked at the promise, and when they will again."""
    if next_due <= held_on:
        raise Refused(N_("The next review must come after this one."), field="next_due")
    with transaction.atomic():
        agreement = _in_force(agreement, version, "hold_review", actor)
        agreement.state, agreement.reviewed_on, agreement.review_due = "reviewed", held_on, next_due
        agreement.version += 1
        agreement.save(update_fields=["state", "reviewed_on", "review_due", "version"])
        event = AgreementReviewed(
            held_on=held_on.isoformat(), next_due=next_due.isoformat(), outcome=outcome
        )
        append(
            event,
            actor=actor_of(actor),
            entity_id=agreement.pk,
            via=via,
            at=at,
            object_version=agreement.version,
        )
    return agreement


def end_agreement(
    agreement: Agreement,
    *,
    end: date,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """End a promise on a day without a next version; records keep the one they began with."""
    with transaction.atomic():
        agreement = _in_force(agreement, version, "end_agreement", actor)
        if end <= agreement.start:
            raise Refused(N_("The end must be after the start."), field="end")
        agreement.state, agreement.end = "ended", end
        agreement.version += 1
        agreement.save(update_fields=["state", "end", "version"])
        event = AgreementEnded(reason=reason, end=end.isoformat())
        append(
            event,
            actor=actor_of(actor),
            entity_id=agreement.pk,
            via=via,
            at=at,
            object_version=agreement.version,
        )
    return agreement


def _in_force(agreement: Agreement, version: int | None, verb: str, actor: Who) -> Agreement:
    agreement = claim(agreement, version)
    require(actor, verb, agreement)
    if agreement.state not in ("agreed", "reviewed"):
        raise Refused(N_("This does not fit: the agreement is %(state)s."), state=agreement.state)
    return agreement
