"""Writing promises down: drafts, their targets, and the next version of a promise in force."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from trueup.core.events.services import AgreementDrafted, TargetSet
from trueup.core.money import Money
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.base.models import CalendarRow, Customer, Subject
from trueup.desk.eventlog.verbs import append
from trueup.desk.services.models import Agreement, Service, Target

STOPS = {"response": "first_response", "resolve": "resolved", "fulfil": "resolved"}


def draft(
    *,
    service: Service,
    customer: Customer | None,
    start: date,
    actor: Who,
    end: date | None = None,
    kind: str = "sla",
    price: Money | None = None,
    calendar: CalendarRow | None = None,
    review_due: date | None = None,
    notice_by: date | None = None,
    auto_renew: bool = False,
    included_units: float | None = None,
    supersedes: Agreement | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Agreement:
    """Write a promise down; without a customer it becomes the default promise of the service."""
    require(actor, "draft", Agreement)
    require(actor, "change_service", service)
    if kind not in Agreement.KINDS:
        raise Refused(N_("There is no such kind of agreement."), field="kind")
    if end is not None and end <= start:
        raise Refused(N_("The end must be after the start."), field="end")
    label = f"{service.name} · {customer.name}" if customer else service.name
    with transaction.atomic():
        agreement = Agreement.objects.create(
            subject=Subject.objects.create(kind="agreement", label=label[:300]),
            service=service,
            customer=customer,
            kind=kind,
            start=start,
            end=end,
            number=supersedes.number + 1 if supersedes else 1,
            supersedes=supersedes,
            price_month=price.amount if price else None,
            currency=price.currency if price else "",
            calendar=calendar,
            review_due=review_due,
            notice_by=notice_by,
            auto_renew=auto_renew,
            included_units=included_units,
        )
        append(_drafted(agreement), actor=actor_of(actor), entity_id=agreement.pk, via=via, at=at)
    return agreement


def amend(agreement: Agreement, *, start: date, actor: Who, via: str = "web") -> Agreement:
    """Draft the next version of a promise in force, with its terms and targets as they are.

    The version in force stays untouched until both sides agree to the new one.
    """
    require(actor, "amend", agreement)
    if agreement.state not in ("agreed", "reviewed"):
        raise Refused(N_("Only an agreed promise has a next version. Change the draft instead."))
    if Agreement.objects.filter(supersedes=agreement).exists():
        raise Refused(N_("A next version is being worked on already."))
    price = Money(agreement.price_month, agreement.currency) if agreement.price_month else None
    with transaction.atomic():
        new = draft(
            service=agreement.service,
            customer=agreement.customer,
            start=start,
            kind=agreement.kind,
            price=price,
            calendar=agreement.calendar,
            review_due=agreement.review_due,
            auto_renew=agreement.auto_renew,
            included_units=agreement.included_units,
            supersedes=agreement,
            actor=actor,
            via=via,
        )
        for target in agreement.targets.all():
            set_target(
                new,
                metric=target.metric,
                priority=target.priority,
                value=target.value,
                unit=target.unit,
                calendar=target.calendar,
                clock_stop=target.clock_stop,
                pause_states=target.pause_states,
                actor=actor,
                via=via,
            )
    return new


def set_target(
    agreement: Agreement,
    *,
    metric: str,
    value: float,
    unit: str,
    actor: Who,
    priority: int | None = None,
    calendar: CalendarRow | None = None,
    clock_stop: str = "",
    pause_states: str = "customer",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Target:
    """Write or replace one number of a draft; an agreed version is frozen and refuses."""
    _check(metric, value, unit, priority)
    with transaction.atomic():
        agreement = claim(agreement, version)
        require(actor, "set_target", agreement)
        if agreement.state != "draft":
            raise Refused(N_("This version is fixed. Make a next version to change a target."))
        target = Target.objects.filter(
            agreement=agreement, metric=metric, priority=priority
        ).first() or Target(
            subject=Subject.objects.create(kind="target", label=metric),
            agreement=agreement,
            metric=metric,
            priority=priority,
        )
        target.value, target.unit, target.calendar = value, unit, calendar
        target.clock_stop = clock_stop or STOPS.get(metric, "")
        target.pause_states = "" if metric == "response" else pause_states
        target.save()
        agreement.version += 1
        agreement.save(update_fields=["version"])
        append(
            _target_set(target),
            actor=actor_of(actor),
            entity_id=agreement.pk,
            via=via,
            at=at,
            object_version=agreement.version,
        )
    return target


def _check(metric: str, value: float, unit: str, priority: int | None) -> None:
    if metric not in Target.METRICS or unit not in Target.UNITS:
        raise Refused(N_("There is no such target."), field="metric")
    if not 0 < value < 1_000_000 or (unit == "percent" and value > 100):
        raise Refused(N_("This number makes no sense as a target."), field="value")
    if priority is not None and not 1 <= priority <= 5:
        raise Refused(N_("Priorities go from 1 to 5."), field="priority")


def _drafted(agreement: Agreement) -> AgreementDrafted:
    price = agreement.price_month
    return AgreementDrafted(
        service=agreement.service_id,
        customer=agreement.customer_id,
        kind=agreement.kind,
        number=agreement.number,
        supersedes=agreement.supersedes_id,
        start=agreement.start.isoformat(),
        end=agreement.end.isoformat() if agreement.end else None,
        price_month=None if price is None else str(price),
        currency=agreement.currency,
    )


def _target_set(target: Target) -> TargetSet:
    return TargetSet(
        target=target.pk,
        metric=target.metric,
        priority=target.priority,
        value=str(target.value),
        unit=target.unit,
        clock_stop=target.clock_stop,
        pause_states=target.pause_states,
    )
