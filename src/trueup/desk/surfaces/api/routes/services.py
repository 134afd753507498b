"""Services and the promises made about them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from trueup.desk.base.access import every, get
from trueup.desk.services import verbs
from trueup.desk.services.models import Agreement, Service
from trueup.desk.surfaces.api import shapes
from trueup.desk.surfaces.api.auth import viewer_in
from trueup.desk.surfaces.api.door import Reply, operation
from trueup.desk.surfaces.api.fields import After, Limit
from trueup.desk.surfaces.api.paging import Page, page
from trueup.desk.surfaces.api.verbs import create, on_one
from trueup.desk.surfaces.policy import Policy

router = Router(tags=["services"])
OWNERS = frozenset({"service_owner"})
BOTH = frozenset({"service_owner", "customer_manager"})
DECIDERS = frozenset({"customer_manager", "manager"})
Services = Page[shapes.ServiceOut]
Agreements = Page[shapes.AgreementOut]


@operation(router, "GET", "/services", policy=Policy("list", "service"), answer=Services)
def services(request: HttpRequest, after: After = None, limit: Limit = 50) -> Reply:
    """The services I may see."""
    rows = every(viewer_in(request), Service)
    return Reply(page(Services, rows, after, limit, shapes.service))


@operation(
    router, "GET", "/services/{uuid:id}", policy=Policy("see", "service"), answer=shapes.ServiceOut
)
def service(request: HttpRequest, id: UUID) -> Reply:
    """One service."""
    row = get(viewer_in(request), Service, id)
    return Reply(shapes.service(row), version=row.version)


@operation(router, "GET", "/agreements", policy=Policy("list", "agreement"), answer=Agreements)
def agreements(request: HttpRequest, after: After = None, limit: Limit = 50) -> Reply:
    """The promises I may see, every version of them."""
    rows = every(viewer_in(request), Agreement).prefetch_related("targets")
    return Reply(page(Agreements, rows, after, limit, shapes.agreement))


@operation(
    router,
    "GET",
    "/agreements/{uuid:id}",
    policy=Policy("see", "agreement"),
    answer=shapes.AgreementOut,
)
def agreement(request: HttpRequest, id: UUID) -> Reply:
    """One version of a promise, with its targets."""
    row = get(viewer_in(request), Agreement, id)
    return Reply(shapes.agreement(row), version=row.version)


def _shown(row: Agreement) -> shapes.AgreementOut:
    return shapes.agreement(row)


create(
    router,
    "/services",
    verbs.add_service,
    Service,
    policy=Policy("add_service", "service", OWNERS | {"administrator"}),
    answer=shapes.ServiceOut,
    show=shapes.service,
)
create(
    router,
    "/agreements",
    verbs.draft,
    Agreement,
    policy=Policy("draft", "agreement", OWNERS),
    answer=shapes.AgreementOut,
    show=_shown,
    skip=frozenset({"supersedes"}),
)
on_one(
    router,
    "/agreements",
    Agreement,
    {
        verbs.propose: OWNERS,
        verbs.agree: DECIDERS,
        verbs.decline: DECIDERS,
        verbs.hold_review: BOTH,
        verbs.end_agreement: OWNERS,
    },
    answer=shapes.AgreementOut,
    show=_shown,
)
