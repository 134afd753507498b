"""A desk in the middle of a day: broken, pressing, calm and waiting records, made by the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs as base
from trueup.desk.base.access import Viewer, viewer_of
from trueup.desk.base.models import Customer, Person, Team
from trueup.desk.services import verbs as services
from trueup.desk.services.models import Service
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

DAY_AND_NIGHT = {
    day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}
HOURS = {1: 4, 2: 8, 3: 8, 4: 40, 5: 80}


@dataclass
class Story:
    """Who and what the journeys meet."""

    aylin: Person
    tom: Person
    lea: Person
    jette: Person
    rita: Person
    mona: Person
    network: Team
    access: Service
    vpn: Record
    records: dict[str, Record]


def looking(person: Person) -> Viewer:
    """Somebody as a viewer, with the grants of this moment."""
    found = viewer_of(person.pk)
    assert found is not None
    return found


def _person(name: str, *roles: str, **more: Any) -> Person:
    email = f"{name.split(' ')[0].lower()}@example.org"
    made = base.add_person(name=name, email=email, timezone="Europe/Berlin", actor=SYSTEM, **more)
    for role in roles:
        base.grant(made, role, actor=SYSTEM)
    return made


def _service(name: str, team: Team, owner: Person, calendar: Any) -> Service:
    made = services.add_service(name=name, owner=owner, team=team, calendar=calendar, actor=SYSTEM)
    start = timezone.localdate() - timedelta(days=400)
    promise = services.draft(service=made, customer=None, start=start, actor=SYSTEM)
    services.set_target(promise, metric="response", value=4, unit="hours", actor=SYSTEM)
    for priority, hours in HOURS.items():
        services.set_target(
            promise, metric="resolve", value=hours, unit="hours", priority=priority, actor=SYSTEM
        )
    services.set_target(promise, metric="fulfil", value=3, unit="days", actor=SYSTEM)
    services.propose(promise, actor=SYSTEM)
    services.agree(promise, actor=SYSTEM)
    return made


class Teller:
    """Writes down what happened in the last hours."""

    def __init__(self, now: datetime, aylin: Person, team: Team) -> None:
        self._now, self._aylin, self._team = now, looking(aylin), team

    def at(self, hours: float) -> datetime:
        """So many hours ago."""
        return self._now - timedelta(hours=hours)

    def reported(
        self,
        title: str,
        who: Person,
        service: Service,
        ago: float,
        impact: int,
        urgency: int,
        description: str = "",
    ) -> Record:
        """Somebody reported it so many hours ago, and it was sorted at once."""
        at = self.at(ago)
        made = verbs.report(
            title=title,
            description=description,
            requester=who,
            service=service,
            team=self._team,
            channel="mail",
            actor=self._aylin,
            at=at,
        )
        return verbs.triage(
            made,
            service=service,
            ci_note="sw-bre-02",
            category="network",
            impact=impact,
            urgency=urgency,
            actor=self._aylin,
            at=at + timedelta(minutes=1),
        )

    def taken(self, record: Record, who: Person, ago: float) -> Record:
        """Somebody took it and began."""
        record = verbs.take(record, actor=looking(who), at=self.at(ago))
        record = verbs.start(record, actor=looking(who), at=self.at(ago))
        words = "I have it and look at it now. You hear from me today."
        verbs.comment(record, text=words, actor=looking(who), at=self.at(ago))
        return record

    def held(self, record: Record, who: Person, ago: float, waiting_for: str, days: int) -> Record:
        """It waits for somebody."""
        if waiting_for == "customer":
            return verbs.ask(
                record,
                text="Which screen do you see when it asks again?",
                next_contact_at=self._now + timedelta(days=days),
                actor=looking(who),
                at=self.at(ago),
            )
        return verbs.hold(
            record,
            waiting_for=waiting_for,
            reason="The carrier measures the line",
            next_contact_at=self._now + timedelta(days=days),
            awaited="their measurement",
            actor=looking(who),
            at=self.at(ago),
        )


def harbour() -> Story:
    """The network team of a harbour company, with a full queue."""
    now = timezone.now()
    always = base.sign_calendar(
        name="Day and night", zone="Europe/Berlin", week=DAY_AND_NIGHT, actor=SYSTEM
    )
    bremen, baltik = _customer("Nordkai Bremen"), _customer("Baltik")
    harbours = _customer("Hafenbetriebe")
    network = base.add_team(name="Network", level=2, calendar=always, actor=SYSTEM)
    aylin = _person("Aylin Demir", "technician", team=network)
    tom = _person("Tom Nguyen", "technician", team=network)
    lea = _person("Lea Brandt", "technician", "team_lead", "duty_lead", team=network)
    mona = _person("Mina Berg", "manager")
    jette = _person("Jette Brandt", "user", customer=bremen)
    rita = _person("Rita Saalfeld", "user", customer=baltik)
    jens = _person("Jens Lund", "user", customer=harbours)
    owner = _person("Olga Petrova", "service_owner")
    access = _service("Remote access", network, owner, always)
    site = _service("Site network", network, owner, always)
    link = _service("PartnerLink", network, owner, always)
    printing = _service("Warehouse printing", network, owner, always)
    tell = Teller(now, aylin, network)
    records = {
        "printers": tell.taken(
            tell.reported("Label printers in hall 3 print blank", jens, printing, 8.4, 2, 1),
            aylin,
            7.9,
        ),
        "scanner": tell.taken(
            tell.reported("Scanner loses Wi-Fi between gates 7 and 9", jens, site, 9.7, 3, 1),
            tom,
            9.2,
        ),
        "stuck": tell.taken(
            tell.reported("PartnerLink messages stuck since 10:40", jens, link, 3.4, 1, 1),
            tom,
            3.3,
        ),
        "weights": tell.reported("Customs form rejects weights over 40 t", rita, link, 1.9, 3, 1),
        "second": tell.reported(
            "Customs form rejects weights, second report", rita, link, 1.7, 3, 1
        ),
        "address": tell.taken(
            tell.reported("Fixed address for the new weighbridge", jette, site, 12, 3, 2),
            aylin,
            11,
        ),
        "guests": tell.taken(
            tell.reported("Guest Wi-Fi for the auditors, 3 days", jette, site, 6, 4, 4), tom, 5
        ),
        "password": tell.held(
            tell.taken(
                tell.reported("Remote desktop asks for a password twice", jens, access, 20, 3, 1),
                aylin,
                19.5,
            ),
            aylin,
            19,
            "customer",
            2,
        ),
        "line": tell.held(
            tell.taken(
                tell.reported("Line to Gdynia drops at night", rita, site, 18, 3, 1), tom, 17
            ),
            tom,
            16,
            "supplier",
            4,
        ),
    }
    vpn = _vpn(tell, aylin, tom, jette, access, records["address"])
    return Story(
        aylin=aylin,
        tom=tom,
        lea=lea,
        jette=jette,
        rita=rita,
        mona=mona,
        network=network,
        access=access,
        vpn=vpn,
        records=records,
    )


def _customer(name: str) -> Customer:
    return base.add_customer(name=name, actor=SYSTEM)


def _vpn(
    tell: Teller, aylin: Person, tom: Person, jette: Person, access: Service, other: Record
) -> Record:
    """The record of the mock-up: reported, asked, answered, noted, linked."""
    record = tell.reported(
        "VPN slow from the Bremen office, calls break off",
        jette,
        access,
        5.5,
        2,
        1,
        "Since Monday the VPN from Bremen is so slow that calls break off. Six of us, all on the "
        "second floor. From home it works.",
    )
    record = verbs.take(record, actor=looking(aylin), at=tell.at(4.3))
    record = verbs.start(record, actor=looking(aylin), at=tell.at(4.3))
    verbs.ask(
        record,
        text="I have it. Which desk are you at, and is it slow on a cable too? I look at "
        "the Bremen line now and write again by 12:00.",
        next_contact_at=tell.at(-24),
        actor=looking(aylin),
        at=tell.at(4.2),
    )
    verbs.answer(
        record, text="Desk 214, and yes, on the cable too.", actor=looking(jette), at=tell.at(3.2)
    )
    verbs.note(
        record,
        text="Bremen switch shows 4 % drops on uplink 2 since the change on Monday. Looks "
        "like our own change. I would move them to uplink 1 before we say anything about the "
        "cause.",
        actor=looking(tom),
        at=tell.at(2.4),
    )
    return verbs.link(record, type="relates", other=other, actor=looking(tom), at=tell.at(2.3))
