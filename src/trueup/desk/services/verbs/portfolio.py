"""The portfolio: services and the ways of taking them."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from trueup.core.events.services import OfferingAdded, ServiceAdded, ServiceChanged
from trueup.core.money import Money
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.changes import apply
from trueup.desk.base.locking import claim
from trueup.desk.base.models import CalendarRow, Person, Subject, Team
from trueup.desk.eventlog.verbs import append
from trueup.desk.services.models import Offering, Service

CHANGEABLE = (
    "name",
    "description",
    "owner",
    "team",
    "calendar",
    "state",
    "criticality",
    "function_tag",
    "revenue_model",
    "launched",
    "rto_h",
    "rpo_h",
    "catalogue_entry",
    "cost_centre",
)


def add_service(
    *,
    name: str,
    actor: Who,
    owner: Person | None = None,
    team: Team | None = None,
    calendar: CalendarRow | None = None,
    description: str = "",
    state: str = "live",
    criticality: int = 3,
    revenue_model: str = "none",
    via: str = "web",
    at: datetime | None = None,
) -> Service:
    """Take a service into the portfolio; criticality 1 = most critical to 4."""
    require(actor, "add_service", Service)
    _check(state, criticality)
    try:
        with transaction.atomic():
            subject = Subject.objects.create(kind="service", label=name)
            service = Service.objects.create(
                subject=subject,
                name=name,
                owner=owner,
                team=team,
                calendar=calendar,
                description=description,
                state=state,
                criticality=criticality,
                revenue_model=revenue_model,
            )
            event = ServiceAdded(
                title=name,
                owner=service.owner_id,
                team=service.team_id,
                state=state,
                criticality=criticality,
            )
            append(event, actor=actor_of(actor), entity_id=service.pk, via=via, at=at)
    except IntegrityError as taken:
        raise Refused(N_("A service of this name exists already."), field="name") from taken
    return service


def change_service(
    service: Service,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    **values: object,
) -> Service:
    """Change fields of a service, one event per field that really changes."""
    with transaction.atomic():
        service = claim(service, version, wanted=values)
        require(actor, "change_service", service)
        changes = apply(service, values, CHANGEABLE)
        _check(service.state, service.criticality)
        for change in changes:
            event = ServiceChanged(field=change.field, old=change.old, new=change.new)
            append(
                event,
                actor=actor_of(actor),
                entity_id=service.pk,
                via=via,
                object_version=service.version,
            )
        Subject.objects.filter(pk=service.pk).update(label=service.name)
    return service


def add_offering(
    service: Service,
    *,
    name: str,
    actor: Who,
    price: Money | None = None,
    description: str = "",
    via: str = "web",
    at: datetime | None = None,
) -> Offering:
    """Offer one way of taking a service, with its price per month."""
    require(actor, "add_offering", service)
    with transaction.atomic():
        subject = Subject.objects.create(kind="offering", label=name)
        offering = Offering.objects.create(
            subject=subject,
            service=service,
            name=name,
            description=description,
            price_month=price.amount if price else None,
            currency=price.currency if price else "",
        )
        event = OfferingAdded(
            offering=offering.pk,
            title=name,
            price_month=str(price.amount) if price else None,
            currency=offering.currency,
        )
        append(event, actor=actor_of(actor), entity_id=service.pk, via=via, at=at)
    return offering


def _check(state: str, criticality: int) -> None:
    if state not in Service.STATES:
        raise Refused(N_("A service is planned, live, retiring or retired."), field="state")
    if not 1 <= criticality <= 4:
        raise Refused(N_("Criticality goes from 1 (most critical) to 4."), field="criticality")
