"""Lists to choose from: teams, people by role, customers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from trueup.desk.base.access import Who, visible
from trueup.desk.base.models import CalendarRow, Customer, Grant, Person, Team


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


def calendars(who: Who) -> QuerySet[CalendarRow]:
    """Every version of every calendar, as far as this person may see them."""
    return visible(who, CalendarRow.objects.all()).order_by("name", "number")


def by_address(who: Who, email: str) -> Person | None:
    """The active person with this mail address, if visible."""
    found = Person.objects.filter(email__iexact=email.strip(), active=True).exclude(email="")
    return visible(who, found).select_related("customer").first()


def names(people: Iterable[UUID | str]) -> dict[str, str]:
    """The names of people by their id, for whoever may already read those ids."""
    rows = Person.objects.filter(pk__in=set(people)).values_list("pk", "name")
    return {str(key): name for key, name in rows}


def people(who: Who, text: str = "", *, active: bool = True) -> QuerySet[Person]:
    """People by a part of their name or mail address, as far as one may see them."""
    rows = Person.objects.filter(active=active).select_related("team", "customer", "account")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return visible(who, rows).order_by("name", "pk")


def roles_of(who: Who, persons: Iterable[UUID]) -> dict[UUID, list[Grant]]:
    """The roles people hold, with what they are limited to; for those who see the people."""
    seen = visible(who, Person.objects.filter(pk__in=list(persons))).values("pk")
    rows = Grant.objects.filter(person__in=seen, revoked_at=None).select_related("scope")
    found: dict[UUID, list[Grant]] = {}
    for row in rows.order_by("role", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found
