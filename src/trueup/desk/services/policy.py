"""Who sees and does what with services, offerings, agreements and targets."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from trueup.desk.base import access, roles
from trueup.desk.base.access import ALL, NONE, Viewer
from trueup.desk.services.models import Agreement, Offering, Service, Target


def _services(viewer: Viewer) -> Q:
    """Staff see all; everyone else what is in the catalogue or agreed with their customer."""
    if viewer.has(*roles.STAFF):
        return ALL
    if not viewer.grants:
        return NONE
    agreed = Agreement.objects.filter(_own_agreements(viewer)).values("service")
    return Q(catalogue_entry=True, state__in=("live", "retiring")) | Q(pk__in=agreed)


def _offerings(viewer: Viewer) -> Q:
    seen = Service.objects.filter(_services(viewer)).values("pk")
    return Q(service__in=seen)


def _own_agreements(viewer: Viewer) -> Q:
    """What one's customer agreed; drafts are not yet theirs to see."""
    return Q(customer__in=viewer.customers) & ~Q(state="draft")


def _agreements(viewer: Viewer) -> Q:
    return ALL if viewer.has(*roles.STAFF) else _own_agreements(viewer)


def _targets(viewer: Viewer) -> Q:
    return Q(agreement__in=Agreement.objects.filter(_agreements(viewer)).values("pk"))


def _owner(viewer: Viewer, service: Service | None) -> bool:
    """The owner of this service by name or by a grant that covers it."""
    if service is None:
        return viewer.scope("service_owner").everything or viewer.has("administrator")
    named = viewer.has("service_owner") and service.owner_id == viewer.person
    return named or viewer.scope("service_owner").covers(service.pk)


def _provider(viewer: Viewer, agreement: Agreement | None) -> bool:
    return viewer.has("service_owner") and (agreement is None or _owner(viewer, agreement.service))


def _customer(viewer: Viewer, agreement: Agreement) -> bool:
    """The other side of the table; nobody agrees with themselves."""
    return agreement.customer_id in viewer.customers


def _either(viewer: Viewer, agreement: Any) -> bool:
    return _provider(viewer, agreement) or _customer(viewer, agreement)


def _decider(viewer: Viewer, agreement: Agreement) -> bool:
    """The customer decides; a default promise without customer is decided by a manager."""
    if agreement.customer_id is None:
        return viewer.has("manager")
    return _customer(viewer, agreement)


access.register(
    Service,
    visible=_services,
    kinds=("service",),
    verbs={"add_service": _owner, "change_service": _owner, "add_offering": _owner},
)
access.register(Offering, visible=_offerings, kinds=("offering",))
access.register(
    Agreement,
    visible=_agreements,
    kinds=("agreement",),
    verbs={
        "draft": _provider,
        "set_target": _provider,
        "propose": _provider,
        "agree": _decider,
        "decline": _decider,
        "hold_review": _either,
        "amend": _provider,
        "end_agreement": _provider,
        "attach": _provider,
    },
)
access.register(Target, visible=_targets, kinds=("target",))
