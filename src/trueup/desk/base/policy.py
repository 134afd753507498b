"""Who sees and does what with people, teams, customers, calendars, files and tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from trueup.desk.base import access, roles
from trueup.desk.base.access import ALL, NONE, Viewer
from trueup.desk.base.models import (
    ApiToken,
    Attachment,
    CalendarRow,
    Customer,
    Person,
    Team,
)


def _administrator(viewer: Viewer, thing: Any) -> bool:
    return viewer.has("administrator")


def _people(viewer: Viewer) -> Q:
    if viewer.has(*roles.STAFF):
        return ALL
    return Q(pk=viewer.person) | Q(customer__in=viewer.customers)


def _self_or_administrator(viewer: Viewer, person: Person) -> bool:
    return _self(viewer, person) or viewer.has("administrator")


def _self(viewer: Viewer, person: Person) -> bool:
    return bool(viewer.person == person.pk)


def _another(viewer: Viewer, person: Person) -> bool:
    """Rights are given and taken by another person than the one who holds them."""
    return viewer.has("administrator") and not _self(viewer, person)


def _customers(viewer: Viewer) -> Q:
    if viewer.has(*roles.STAFF):
        return ALL
    own = {viewer.customer} if viewer.customer and viewer.has("user", "approver") else set()
    return Q(pk__in=viewer.customers | own)


def _teams(viewer: Viewer) -> Q:
    return ALL if viewer.has(*roles.STAFF) else NONE


def _attachments(viewer: Viewer) -> Q:
    public = access.subjects(viewer) & Q(private=False)
    if not viewer.has(*roles.WORKERS):
        return public
    return public | (access.subjects(viewer, inside=True) & Q(private=True))


def _tokens(viewer: Viewer) -> Q:
    return ALL if viewer.has("administrator") else Q(person=viewer.person)


def _own_token(viewer: Viewer, token: ApiToken) -> bool:
    return viewer.person == token.person_id or viewer.has("administrator")


access.register(
    Person,
    visible=_people,
    kinds=("person",),
    verbs={
        "add_person": _administrator,
        "change_person": _administrator,
        "deactivate": _another,
        "grant": _another,
        "revoke": _another,
        "set_password": _self_or_administrator,
        "set_look": _self,
        "issue_token": _self,
    },
)
access.register(
    Customer,
    visible=_customers,
    kinds=("customer",),
    verbs={"add_customer": _administrator, "change_customer": _administrator},
)
access.register(
    Team,
    visible=_teams,
    kinds=("team",),
    verbs={"add_team": _administrator, "change_team": _administrator},
)
access.register(
    CalendarRow,
    visible=lambda viewer: ALL if viewer.grants else NONE,
    verbs={"sign_calendar": lambda viewer, _: viewer.has("administrator", "service_owner")},
)
access.register(Attachment, visible=_attachments)
access.register(ApiToken, visible=_tokens, verbs={"revoke_token": _own_token})
