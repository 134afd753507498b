"""Adding and changing customers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trueup.core.events.people import CustomerAdded, CustomerChanged
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.changes import apply
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Customer, Person, Subject
from trueup.desk.eventlog.verbs import append

CHANGEABLE = ("name", "segment", "manager", "active")


def add_customer(
    *,
    name: str,
    actor: Who,
    segment: str = "",
    manager: Person | None = None,
    via: str = "web",
    at: datetime | None = None,
) -> Customer:
    """Make an organisation known with whom services can be agreed."""
    require(actor, "add_customer", Customer)
    with transaction.atomic():
        subject = Subject.objects.create(kind="customer", label=name)
        customer = Customer.objects.create(
            subject=subject, name=name, segment=segment, manager=manager
        )
        event = CustomerAdded(title=name, segment=segment, manager=customer.manager_id)
        append(event, actor=actor_of(actor), entity_id=customer.pk, via=via, at=at)
    return customer


def change_customer(
    customer: Customer,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    **values: object,
) -> Customer:
    """Change fields of a customer, one event per field that really changes."""
    with transaction.atomic():
        customer = claim(customer, version, wanted=values)
        require(actor, "change_customer", customer)
        for change in apply(customer, values, CHANGEABLE):
            event = CustomerChanged(field=change.field, old=change.old, new=change.new)
            append(
                event,
                actor=actor_of(actor),
                entity_id=customer.pk,
                via=via,
                object_version=customer.version,
            )
        Subject.objects.filter(pk=customer.pk).update(label=customer.name)
    return customer
