"""Lists to choose from: teams, people by role, customers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from trueup.desk.base.access import Who, visible
from trueup.desk.base.models import Customer, Grant, Person, Team


def teams(who: Who) -> QuerySet[Team]:
    """The active teams this person may see."""
    return visible(who, Team.objects.filter(active=True)).order_by("name")


def people_with(who: Who, *roles: str) -> QuerySet[Person]:
    """Active people who hold one of the roles, as far as this person may see them."""
    holders = Grant.objects.filter(role__in=roles, revoked_at=None).values("person")
    people = Person.objects.filter(pk__in=holders, active=True).select_related("team")
    return visible(who, people).order_by("name")


def customers(who: Who) -> QuerySet[Customer]:
    """The active customers this person may see."""
    return visible(who, Customer.objects.filter(active=True)).order_by("name")


def by_address(who: Who, email: str) -> Person | None:
    """The active person with this mail address, if visible."""
    found = Person.objects.filter(email__iexact=email.strip(), active=True).exclude(email="")
    return visible(who, found).select_related("customer").first()


def names(people: Iterable[UUID | str]) -> dict[str, str]:
    """The names of people by their id, for whoever may already read those ids."""
    rows = Person.objects.filter(pk__in=set(people)).values_list("pk", "name")
    return {str(key): name for key, name in rows}
