"""The demo organisation is founded through the verbs, each act by the person it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from trueup.core.actors import SYSTEM
from trueup.core.money import Money
from trueup.demo import cast, names
from trueup.demo.population import users_of
from trueup.desk.base import verbs as base
from trueup.desk.base.access import Viewer, Who, viewer_of
from trueup.desk.base.models import CalendarRow, Customer, Person, Team
from trueup.desk.services import verbs as promise
from trueup.desk.services.models import Agreement, Service

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
TERM = timedelta(days=3 * 365)


@dataclass(slots=True)
class Organisation:
    """Everything that was founded, by the keys of the cast; people by their names."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, name: str) -> Viewer:
        """A person as somebody who acts; loaded once, since rights do not change any more."""
        if name not in self.viewers:
            found = viewer_of(self.people[name].pk)
            assert found is not None
            self.viewers[name] = found
        return self.viewers[name]


def found(seed: int, at: datetime, tell: Callable[[int, int], None]) -> Organisation:
    """Found everything at an instant; `tell` hears how many of how many steps are done."""
    made = Organisation()
    steps: tuple[Callable[[], object], ...] = (
        lambda: _house(made, at),
        lambda: _teams(made, at),
        lambda: _customers(made, seed, at),
        lambda: _accounts(made),
        lambda: _services(made, at),
        lambda: _promises(made, at),
    )
    for number, step in enumerate(steps):
        step()
        tell(number + 1, len(steps))
    return made


def _house(made: Organisation, at: datetime) -> None:
    """The administrator first, by the system; everybody else by the administrator."""
    name, roles = cast.HOUSE["ole"]
    made.people[name] = _person(name, cast.DOMAIN, "en", at, SYSTEM)
    for role in roles:
        base.grant(made.people[name], role, actor=SYSTEM, at=at)
    ole = made.viewer(name)
    for name, roles in cast.HOUSE.values():
        if name not in made.people:
            made.people[name] = _person(name, cast.DOMAIN, "en", at, ole)
            _grant(made, name, at, *roles)


def _person(name: str, domain: str, language: str, at: datetime, actor: Who) -> Person:
    return base.add_person(
        name=name,
        email=names.address(name, domain),
        language="de" if language == "de" else "en",
        timezone=cast.ZONE,
        actor=actor,
        at=at,
    )


def _grant(made: Organisation, name: str, at: datetime, *roles: str) -> None:
    for role in roles:
        base.grant(made.people[name], role, actor=made.viewer(cast.HOUSE["ole"][0]), at=at)


def _teams(made: Organisation, at: datetime) -> None:
    ole = made.viewer(cast.HOUSE["ole"][0])
    week = {day: [("07:30", "18:30")] for day in WORKDAYS}
    hours = base.sign_calendar(
        name="Elbwerk hours", zone=cast.ZONE, week=week, country="DE", actor=ole, at=at
    )
    for crew in cast.CREWS:
        team = base.add_team(name=crew.name, level=crew.level, calendar=hours, actor=ole, at=at)
        made.teams[crew.key] = team
        for name in crew.people:
            person = _person(name, cast.DOMAIN, "en", at, ole)
            made.people[name] = base.change_person(person, team=team, actor=ole)
            _grant(made, name, at, "technician")
        _grant(made, crew.people[0], at, "team_lead")
        made.teams[crew.key] = base.change_team(team, lead=made.people[crew.people[0]], actor=ole)
    _grant(made, "Katrin Vogt", at, "duty_lead")
    robot = base.add_person(name=cast.ROBOT, kind="robot", actor=ole, at=at)
    made.people[cast.ROBOT] = robot
    _grant(made, cast.ROBOT, at, "technician")


def _customers(made: Organisation, seed: int, at: datetime) -> None:
    ole = made.viewer(cast.HOUSE["ole"][0])
    users = users_of(seed)
    for client in cast.CLIENTS:
        manager = made.people["Claudia Reimann"]
        customer = base.add_customer(
            name=client.name, segment=client.segment, manager=manager, actor=ole, at=at
        )
        made.customers[client.key] = customer
        for name in (client.manager, *users[client.key]):
            made.people[name] = base.add_person(
                name=name,
                email=names.address(name, client.domain),
                language="de" if client.language == "de" else "en",
                timezone=cast.ZONE,
                customer=customer,
                actor=ole,
                at=at,
            )
            _grant(made, name, at, "user")
        _grant(made, client.manager, at, "customer_manager", "approver")


def _accounts(made: Organisation) -> None:
    """Whoever stands behind a door can log in; so can all technicians, by the demo's doors only."""
    ole = made.viewer(cast.HOUSE["ole"][0])
    doors = {door.name: door.login for door in cast.DOORS}
    for crew in cast.CREWS:
        for name in crew.people:
            doors.setdefault(name, names.address(name, cast.DOMAIN))
    known = {door.name for door in cast.DOORS}
    for name, login in doors.items():
        password = cast.PASSWORD if name in known else None
        base.open_account(made.people[name], login=login, password=password, actor=ole)


def _services(made: Organisation, at: datetime) -> None:
    ole = made.viewer(cast.HOUSE["ole"][0])
    for offer in cast.OFFERS:
        service = promise.add_service(
            name=offer.name,
            description=offer.about,
            owner=made.people[offer.owner],
            team=made.teams[offer.team],
            criticality=offer.criticality,
            revenue_model="flat",
            actor=ole,
            at=at,
        )
        made.services[offer.key] = service
        owner = made.viewer(offer.owner)
        for name, price in offer.sizes:
            cost = Money(Decimal(price), cast.CURRENCY)
            promise.add_offering(service, name=name, price=cost, actor=owner, at=at)


def _promises(made: Organisation, at: datetime) -> None:
    ole = made.viewer(cast.HOUSE["ole"][0])
    spans = [("08:00", "18:00")]
    office = base.sign_calendar(
        name="Office hours", zone=cast.ZONE, week=dict.fromkeys(WORKDAYS, spans), country="DE",
        actor=ole, at=at,
    )  # fmt: skip
    always = base.sign_calendar(
        name="Round the clock", zone=cast.ZONE, actor=ole, at=at,
        week={day: [("00:00", "24:00")] for day in (*WORKDAYS, "sat", "sun")},
    )  # fmt: skip
    for row in cast.PROMISES:
        _promise(made, row, office, always, at)


def _promise(
    made: Organisation,
    row: tuple[str, str, int, int],
    office: CalendarRow,
    always: CalendarRow,
    at: datetime,
) -> None:
    client, service, price, review_in = row
    owner = next(offer.owner for offer in cast.OFFERS if offer.key == service)
    seller = made.viewer(owner)
    start = (at + timedelta(days=14)).date()
    agreement = promise.draft(
        service=made.services[service],
        customer=made.customers[client],
        start=start,
        end=start + TERM,
        price=Money(Decimal(price), cast.CURRENCY),
        calendar=office,
        review_due=review_day(at, review_in),
        notice_by=start + TERM - timedelta(days=90),
        actor=seller,
        at=at,
    )
    for metric, hours in (
        ("response", cast.RESPONSE),
        ("resolve", cast.RESOLVE),
        ("update", cast.UPDATE),
    ):
        _targets(agreement, metric, hours, always if service == "erp" else None, seller, at)
    promise.set_target(
        agreement, metric="fulfil", value=cast.FULFIL, unit="hours", actor=seller, at=at
    )
    promise.propose(agreement, actor=seller, at=at + timedelta(days=2))
    manager = next(each.manager for each in cast.CLIENTS if each.key == client)
    promise.agree(agreement, actor=made.viewer(manager), at=at + timedelta(days=7))


def _targets(
    agreement: Agreement,
    metric: str,
    hours: tuple[float, ...],
    urgent: CalendarRow | None,
    seller: Viewer,
    at: datetime,
) -> None:
    """One number per priority, the last one for all others; the most urgent ones may run on."""
    for index, value in enumerate(hours):
        last = index + 1 == len(hours)
        promise.set_target(
            agreement,
            metric=metric,
            priority=None if last else index + 1,
            value=value,
            unit="hours",
            calendar=urgent if index < 2 and metric != "update" else None,
            actor=seller,
            at=at,
        )


def review_day(at: datetime, days: int) -> date:
    """The day of a review, counted from the end of the history that begins soon after `at`."""
    return (at + HISTORY + timedelta(days=days)).date()


HISTORY = timedelta(days=365 + 30)
