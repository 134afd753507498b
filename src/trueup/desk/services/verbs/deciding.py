"""Proposing a promise and deciding on it; agreeing freezes it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from trueup.core.events.services import (
    AgreementAgreed,
    AgreementDeclined,
    AgreementProposed,
    AgreementSuperseded,
)
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.eventlog.verbs import append
from trueup.desk.services.models import Agreement


def propose(
    agreement: Agreement,
    *,
    actor: Who,
    reason: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Put a draft before the customer; it needs at least one target."""
    with transaction.atomic():
        agreement = _in_state(agreement, version, "draft", "propose", actor)
        if not agreement.targets.exists():
            raise Refused(N_("A promise without a number is none. Set a target first."))
        _move(agreement, "proposed")
        _log(agreement, AgreementProposed(reason=reason), actor, via, at)
    return agreement


def agree(
    agreement: Agreement,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Say yes: this version is frozen, and the one it supersedes ends where it starts."""
    with transaction.atomic():
        agreement = _in_state(agreement, version, "proposed", "agree", actor)
        _refuse_overlap(agreement)
        agreement.agreed_at = at or timezone.now()
        agreement.agreed_by_id = actor_of(actor).person
        _move(agreement, "agreed", "agreed_at", "agreed_by")
        event = AgreementAgreed(
            start=agreement.start.isoformat(), supersedes=agreement.supersedes_id
        )
        _log(agreement, event, actor, via, at)
        if agreement.supersedes is not None:
            _supersede(agreement.supersedes, agreement, actor, via, at)
    return agreement


def decline(
    agreement: Agreement,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
) -> Agreement:
    """Say no, with a reason: it is a draft again."""
    with transaction.atomic():
        agreement = _in_state(agreement, version, "proposed", "decline", actor)
        if not reason.strip():
            raise Refused(N_("Say what should be different."), field="reason")
        _move(agreement, "draft")
        _log(agreement, AgreementDeclined(reason=reason), actor, via, None)
    return agreement


def _in_state(
    agreement: Agreement, version: int | None, state: str, verb: str, actor: Who
) -> Agreement:
    agreement = claim(agreement, version)
    require(actor, verb, agreement)
    if agreement.state != state:
        raise Refused(N_("This does not fit: the agreement is %(state)s."), state=agreement.state)
    return agreement


def _refuse_overlap(agreement: Agreement) -> None:
    """Two promises of one kind for the same service and customer may not hold at once."""
    others = Agreement.objects.filter(
        service=agreement.service,
        customer=agreement.customer,
        kind=agreement.kind,
        state__in=("agreed", "reviewed"),
    ).exclude(pk__in=(agreement.pk, agreement.supersedes_id))
    for other in others:
        before = other.end is not None and other.end <= agreement.start
        after = agreement.end is not None and agreement.end <= other.start
        if not before and not after:
            raise Refused(
                N_("Another agreement holds in this time. Amend that one, or end it first."),
                field="start",
            )


def _supersede(old: Agreement, new: Agreement, actor: Who, via: str, at: datetime | None) -> None:
    old = claim(old, None)
    if new.start <= old.start:
        raise Refused(N_("The next version must start later than this one."), field="start")
    old.end = new.start
    _move(old, old.state, "end")
    event = AgreementSuperseded(by=new.pk, end=new.start.isoformat())
    _log(old, event, actor, via, at)


def _move(agreement: Agreement, state: str, *also: str) -> None:
    agreement.state = state
    agreement.version += 1
    agreement.save(update_fields=["state", "version", *also])


def _log(
    agreement: Agreement,
    event: AgreementProposed | AgreementAgreed | AgreementDeclined | AgreementSuperseded,
    actor: Who,
    via: str,
    at: datetime | None,
) -> None:
    append(
        event,
        actor=actor_of(actor),
        entity_id=agreement.pk,
        via=via,
        at=at,
        object_version=agreement.version,
    )
