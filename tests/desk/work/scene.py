"""A desk to work at: a service with a promise, two technicians, two leads, and a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests import people
from trueup.core.actors import SYSTEM
from trueup.desk.base.models import CalendarRow, Person, Team
from trueup.desk.base.verbs import add_team, sign_calendar
from trueup.desk.base.viewer import Viewer
from trueup.desk.services import verbs as services
from trueup.desk.services.models import Agreement, Service
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = {day: [("08:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=BERLIN)


@dataclass
class Scene:
    """Everybody and everything a test of this room needs."""

    cast: people.Cast
    office: CalendarRow
    mail: Service
    promise: Agreement
    second: Team
    tom: Person
    lea: Person
    dora: Person

    def who(self, name: str) -> Viewer:
        """Somebody as a viewer, by name."""
        return people.looking(getattr(self, name, None) or getattr(self.cast, name))

    def report(self, **values: Any) -> Record:
        """Alice reports a problem with mail on Monday morning."""
        given: dict[str, Any] = {
            "title": "Mail does not arrive",
            "service": self.mail,
            "team": self.cast.desk,
            "actor": self.who("alice"),
            "at": MONDAY,
        }
        return verbs.report(**{**given, **values})

    def triage(self, record: Record, **values: Any) -> Record:
        """Charlie sorts it: impact 3, urgency 2, so priority 4."""
        given: dict[str, Any] = {
            "service": self.mail,
            "ci_note": "none, because it is the provider's",
            "category": "mail",
            "impact": 3,
            "urgency": 2,
            "actor": self.who("charlie"),
            "at": MONDAY,
        }
        return verbs.triage(record, **{**given, **values})

    def worked(self, **values: Any) -> Record:
        """A record that Charlie has begun to work on."""
        record = self.triage(self.report(**values))
        record = verbs.take(record, actor=self.who("charlie"), at=MONDAY)
        return verbs.start(record, actor=self.who("charlie"), at=MONDAY)

    def solve(self, record: Record, **values: Any) -> Record:
        """Charlie solves it."""
        given: dict[str, Any] = {
            "close_code": "fixed",
            "closing_word": "The queue was stuck; we freed it. Not right? Tell us.",
            "after_change": "no",
            "minutes": 15,
            "actor": self.who("charlie"),
        }
        return verbs.resolve(record, **{**given, **values})


def scene() -> Scene:
    """Mail, promised to everybody: response in one hour, solved in eight, in office hours."""
    cast = people.cast()
    office = sign_calendar(
        name="Office", zone="Europe/Berlin", week=WEEK, country="DE", actor=SYSTEM
    )
    mail = services.add_service(
        name="Mail", owner=cast.olga, team=cast.desk, calendar=office, actor=SYSTEM
    )
    promise = services.draft(service=mail, customer=None, start=date(2025, 1, 1), actor=SYSTEM)
    services.set_target(promise, metric="response", value=60, unit="minutes", actor=SYSTEM)
    services.set_target(promise, metric="resolve", value=8, unit="hours", actor=SYSTEM)
    services.set_target(promise, metric="fulfil", value=2, unit="days", actor=SYSTEM)
    services.set_target(promise, metric="resolve", value=4, unit="hours", priority=1, actor=SYSTEM)
    services.propose(promise, actor=SYSTEM)
    promise = services.agree(promise, actor=SYSTEM)
    second = add_team(name="Network", level=2, actor=SYSTEM)
    return Scene(
        cast=cast,
        office=office,
        mail=mail,
        promise=promise,
        second=second,
        tom=people.person("tom", "technician", team=second),
        lea=people.person("lea", "team_lead", team=cast.desk),
        dora=people.person("dora", "duty_lead"),
    )


def after(hours: float = 0, minutes: float = 0) -> datetime:
    """An instant so long after Monday, nine o'clock."""
    return (MONDAY.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)).astimezone(BERLIN)
