"""Tokens of the programming interface: made, shown once, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from trueup.core.events.people import TokenIssued, TokenRevoked
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import tokens
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.models import ApiToken, Person
from trueup.desk.eventlog.verbs import append

LONGEST_DAYS = 366


def issue_token(
    person: Person,
    *,
    name: str,
    scopes: tuple[str, ...],
    days: int,
    actor: Who,
    via: str = "web",
    at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for oneself; the text is returned this once and stored nowhere."""
    require(actor, "issue_token", person)
    _check(scopes, days)
    text, prefix, digest = tokens.make()
    now = at or timezone.now()
    with transaction.atomic():
        token = ApiToken.objects.create(
            person=person,
            name=name,
            prefix=prefix,
            digest=digest,
            scopes=list(scopes),
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        event = TokenIssued(token=token.pk, prefix=prefix, scopes=list(scopes))
        append(event, actor=actor_of(actor), entity_id=person.pk, via=via, at=at)
    return token, text


def revoke_token(token: ApiToken, *, actor: Who, via: str = "web") -> ApiToken:
    """End a token now; ending it twice changes nothing."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().get(pk=token.pk)
        require(actor, "revoke_token", token)
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            event = TokenRevoked(token=token.pk, prefix=token.prefix)
            append(event, actor=actor_of(actor), entity_id=token.person_id, via=via)
    return token


def _check(scopes: tuple[str, ...], days: int) -> None:
    if not scopes or not set(scopes) <= set(tokens.SCOPES):
        raise Refused(N_("Choose read, write or both."), field="scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(
            N_("A token lives between 1 and %(most)s days."), field="days", most=LONGEST_DAYS
        )
