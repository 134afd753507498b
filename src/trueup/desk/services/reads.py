"""Which promise holds, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from trueup.desk.base.access import Who, visible
from trueup.desk.base.models import CalendarRow, Customer
from trueup.desk.services.models import Agreement, Offering, Service, Target

IN_FORCE = ("agreed", "reviewed", "ended")


def on_day(at: datetime | date) -> date:
    """The day of an instant where the organisation is at home."""
    if isinstance(at, datetime):
        return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return at


def in_force(at: datetime | date) -> Q:
    """The condition on agreements that hold on that day; computed, never stored."""
    day = on_day(at)
    return Q(state__in=IN_FORCE, start__lte=day) & (Q(end=None) | Q(end__gt=day))


def agreement_for(
    service: Service | None, customer: Customer | None, at: datetime | date, kind: str = "sla"
) -> Agreement | None:
    """The promise for this customer, else the default one of the service; None where none holds."""
    if service is None:
        return None
    held = Agreement.objects.filter(in_force(at), service=service, kind=kind)
    own = held.filter(customer=customer).order_by("-number").first() if customer else None
    return own or held.filter(customer=None).order_by("-number").first()


def targets_for(agreement: Agreement | None, priority: int | None) -> list[Target]:
    """One target per metric: that of the priority, else the one for all priorities."""
    if agreement is None:
        return []
    rows = agreement.targets.select_related("calendar").filter(
        Q(priority=priority) | Q(priority=None)
    )
    chosen: dict[str, Target] = {}
    for target in rows.order_by("metric"):
        if target.priority is not None or target.metric not in chosen:
            chosen[target.metric] = target
    return list(chosen.values())


def calendar_for(target: Target) -> CalendarRow | None:
    """The calendar of a target: its own, else the agreement's, the service's, its team's."""
    agreement = target.agreement
    service = agreement.service
    team = service.team
    return (
        target.calendar
        or agreement.calendar
        or service.calendar
        or (team.calendar if team else None)
    )


def agreements_of(who: Who, at: datetime | date) -> QuerySet[Agreement]:
    """The promises in force that this person may see, with their service and customer."""
    held = visible(who, Agreement.objects.filter(in_force(at)))
    return held.select_related("service", "customer", "calendar").order_by("service__name", "pk")


def services_of(who: Who) -> QuerySet[Service]:
    """The services in use that this person may see."""
    in_use = Service.objects.filter(state__in=("live", "retiring"))
    return visible(who, in_use).order_by("name")


def proposed_to(who: Who) -> QuerySet[Agreement]:
    """The promises that wait for a yes or a no, as far as this person may see them."""
    waiting = visible(who, Agreement.objects.filter(state="proposed"))
    return waiting.select_related("service", "customer").order_by("start", "pk")


def versions_of(who: Who, agreement: Agreement) -> list[Agreement]:
    """A promise and the ones it replaced, the newest first, as far as one may see them."""
    found = [agreement]
    while found[-1].supersedes_id:
        older = visible(who, Agreement.objects.filter(pk=found[-1].supersedes_id)).first()
        if older is None:
            break
        found.append(older)
    return found


def targets_by_agreement(agreements: Iterable[UUID]) -> dict[UUID, list[Target]]:
    """The targets of some promises, in one query."""
    found: dict[UUID, list[Target]] = {}
    rows = Target.objects.filter(agreement__in=list(agreements)).order_by("metric", "priority")
    for target in rows:
        found.setdefault(target.agreement_id, []).append(target)
    return found


def offerings_of(who: Who) -> QuerySet[Offering]:
    """What may be ordered, as far as this person may see it."""
    on_offer = Offering.objects.filter(active=True, service__state="live")
    return visible(who, on_offer).select_related("service").order_by("name", "pk")


def targets_of(who: Who) -> QuerySet[Target]:
    """The numbers of agreements that hold or held, as far as this person may see them."""
    held = visible(who, Target.objects.filter(agreement__state__in=IN_FORCE))
    return held.select_related("agreement__customer", "agreement__service").order_by("pk")
