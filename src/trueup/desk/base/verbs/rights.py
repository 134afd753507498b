"""Giving and taking roles; both act at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from trueup.core.events.people import RoleGranted, RoleRevoked
from trueup.core.refusals import NotFound, Refused
from trueup.core.words import N_
from trueup.desk.base.access import NOTHING, Who, actor_of, require
from trueup.desk.base.models import Grant, Person, Subject
from trueup.desk.base.roles import ROLES, SCOPES
from trueup.desk.base.verbs.people import end_sessions, keep_one_administrator
from trueup.desk.eventlog.verbs import append


def grant(
    person: Person,
    role: str,
    *,
    actor: Who,
    scope: UUID | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Grant:
    """Give a role, everywhere or for one customer, team or service; twice is the same as once."""
    with transaction.atomic():
        require(actor, "grant", person)
        _check(person, role, scope)
        held = Grant.objects.filter(person=person, role=role, scope=scope, revoked_at=None).first()
        if held:
            return held
        given = Grant.objects.create(
            person=person,
            role=role,
            scope_id=scope,
            granted_by_id=actor_of(actor).person,
            granted_at=at or timezone.now(),
        )
        event = RoleGranted(grant=given.pk, role=role, scope=scope)
        append(event, actor=actor_of(actor), entity_id=person.pk, via=via, at=at)
    return given


def revoke(
    person: Person,
    role: str,
    *,
    reason: str,
    actor: Who,
    scope: UUID | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Grant:
    """Take a role back and end the person's sessions; Refused for the last administrator."""
    with transaction.atomic():
        require(actor, "revoke", person)
        rows = Grant.objects.select_for_update()
        held = rows.filter(person=person, role=role, scope=scope, revoked_at=None).first()
        if held is None:
            raise NotFound(NOTHING)
        if role == "administrator":
            keep_one_administrator(person)
        held.revoked_at = at or timezone.now()
        held.save(update_fields=["revoked_at"])
        end_sessions(person)
        event = RoleRevoked(grant=held.pk, role=role, reason=reason)
        append(event, actor=actor_of(actor), entity_id=person.pk, via=via, at=at)
    return held


def _check(person: Person, role: str, scope: UUID | None) -> None:
    if role not in ROLES:
        raise Refused(N_("There is no role “%(role)s”."), field="role", role=role)
    if not person.active:
        raise Refused(N_("This person's access has ended; roles cannot be given."))
    if scope is None:
        return
    kind = Subject.objects.filter(pk=scope).values_list("kind", flat=True).first()
    if kind not in SCOPES.get(role, ()):
        raise Refused(N_("This role cannot be limited in this way."), field="scope")
