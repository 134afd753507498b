"""A customer with a promise in force, and records that kept or broke it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from tests.people import Cast, looking
from trueup.core.actors import SYSTEM
from trueup.core.money import Money
from trueup.desk.services import verbs as services
from trueup.desk.services.models import Agreement, Service
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

NINETY_DAYS = timedelta(days=90)


def service(people: Cast, name: str = "Mail") -> Service:
    return services.add_service(name=name, owner=people.olga, team=people.desk, actor=SYSTEM)


def proposed(people: Cast, what: Service, customer=None) -> Agreement:
    """A promise before the customer: first word within 1 h, solved within 8 h, round the clock."""
    made = services.draft(
        service=what,
        customer=customer or people.acme,
        start=timezone.localdate() - NINETY_DAYS,
        price=Money(Decimal("100"), "EUR"),
        actor=SYSTEM,
    )
    services.set_target(made, metric="response", value=1, unit="hours", actor=SYSTEM)
    services.set_target(made, metric="resolve", value=8, unit="hours", actor=SYSTEM)
    return services.propose(made, actor=SYSTEM)


def promise(people: Cast, what: Service, customer=None) -> Agreement:
    return services.agree(proposed(people, what, customer), actor=SYSTEM)


def solved(people: Cast, what: Service, hours: float, *, by=None, at: datetime) -> Record:
    """A record of Alice solved by Charlie after so many hours."""
    alice, charlie = looking(by or people.alice), looking(people.charlie)
    made = verbs.report(title="Printer prints blank", service=what, actor=alice, at=at)
    verbs.take(made, actor=charlie, at=at)
    return verbs.resolve(
        made,
        service=what,
        category="print",
        ci_note="none",
        impact=3,
        urgency=2,
        close_code="fixed",
        closing_word="The driver is new; it prints.",
        after_change="no",
        minutes=10,
        actor=charlie,
        at=at + timedelta(hours=hours),
    )
