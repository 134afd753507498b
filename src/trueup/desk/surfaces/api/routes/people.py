"""People, customers and teams, as far as the caller may see them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from trueup.desk.base.access import every, get
from trueup.desk.base.models import Customer, Person, Team
from trueup.desk.base.roles import STAFF
from trueup.desk.surfaces.api import shapes
from trueup.desk.surfaces.api.auth import viewer_in
from trueup.desk.surfaces.api.door import Reply, operation
from trueup.desk.surfaces.api.fields import After, Limit
from trueup.desk.surfaces.api.paging import Page, page
from trueup.desk.surfaces.policy import Policy

router = Router(tags=["people"])
STAFF_ONLY = frozenset(STAFF)
People = Page[shapes.PersonOut]
Customers = Page[shapes.CustomerOut]
Teams = Page[shapes.TeamOut]


@operation(router, "GET", "/people", policy=Policy("list", "person"), answer=People)
def people(request: HttpRequest, after: After = None, limit: Limit = 50) -> Reply:
    """The people I may see."""
    rows = every(viewer_in(request), Person)
    return Reply(page(People, rows, after, limit, shapes.person))


@operation(
    router, "GET", "/people/{uuid:id}", policy=Policy("see", "person"), answer=shapes.PersonOut
)
def person(request: HttpRequest, id: UUID) -> Reply:
    """One person."""
    row = get(viewer_in(request), Person, id)
    return Reply(shapes.person(row), version=row.version)


@operation(router, "GET", "/customers", policy=Policy("list", "customer"), answer=Customers)
def customers(request: HttpRequest, after: After = None, limit: Limit = 50) -> Reply:
    """The customers I may see."""
    rows = every(viewer_in(request), Customer)
    return Reply(page(Customers, rows, after, limit, shapes.customer))


@operation(
    router,
    "GET",
    "/customers/{uuid:id}",
    policy=Policy("see", "customer"),
    answer=shapes.CustomerOut,
)
def customer(request: HttpRequest, id: UUID) -> Reply:
    """One customer."""
    row = get(viewer_in(request), Customer, id)
    return Reply(shapes.customer(row), version=row.version)


@operation(router, "GET", "/teams", policy=Policy("list", "team", STAFF_ONLY), answer=Teams)
def teams(request: HttpRequest, after: After = None, limit: Limit = 50) -> Reply:
    """All teams."""
    rows = every(viewer_in(request), Team)
    return Reply(page(Teams, rows, after, limit, shapes.team))
