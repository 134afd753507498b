"""What is open at this moment, so that every queue has something in it and somebody waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from trueup.demo import cast, courses, phrases
from trueup.demo.acts import Act
from trueup.demo.case import Case
from trueup.demo.hours import Hours
from trueup.demo.topics import INCIDENTS, REQUESTS, Topic

TOPICS: dict[str, Topic] = {topic.key: topic for topic in (*INCIDENTS, *REQUESTS)}
CLIENTS = {client.key: client for client in cast.CLIENTS}
WEIGHT = {1: (1, 1), 2: (2, 1), 3: (3, 1), 4: (3, 2), 5: (4, 3)}
GATEWAY = {1: (2, 1), 2: (2, 2), 3: (3, 1), 4: (3, 2), 5: (4, 3)}
LEFT_TODAY = 150
FAR_BACK = timedelta(days=200)


@dataclass(slots=True)
class Present:
    """The records that are open now, numbered from `number`."""

    number: int
    now: datetime
    hours: Hours
    users: dict[str, list[str]]
    rng: Random
    made: list[Case] = field(default_factory=list)

    def case(self, topic: str, client: str, ago: float, priority: int = 4, user: int = 2) -> Case:
        """A record that began so many office minutes ago."""
        found = TOPICS[topic]
        weights = GATEWAY if found.service == "erp" else WEIGHT
        impact, urgency = weights[priority]
        kind = "request" if found in REQUESTS else "incident"
        number, who = self.number + len(self.made), self.users[client][user]
        made = Case(
            number, kind, found, CLIENTS[client], who, self.ago(ago), self.hours, self.rng,
            impact=impact, urgency=urgency,
        )  # fmt: skip
        self.made.append(made)
        return made

    def ago(self, minutes: float) -> datetime:
        """The instant since which so many office minutes have passed."""
        low, high = self.now - FAR_BACK, self.now - timedelta(minutes=2)
        for _ in range(40):
            middle = low + (high - low) / 2
            late = self.hours.office.business_minutes(middle, self.now) > minutes
            low, high = (middle, high) if late else (low, middle)
        return low.replace(microsecond=0)


def acts(
    number: int, now: datetime, hours: Hours, users: dict[str, list[str]], rng: Random
) -> list[Act]:
    """The acts of everything that is open now, up to `now`."""
    here = Present(number, now, hours, users, rng)
    for group in (_new, _broken, _today, _later, _waiting, _resolved, _forgotten, _lena):
        group(here)
    return [act for case in here.made for act in case.acts if act.at < now]


def _working(case: Case, crew: str) -> Case:
    """Reported, sorted, taken by a team."""
    courses.report(case)
    desk = case.holder = case.somebody(case.team)
    case.does("take", desk, case.soon(3, 15))
    if case.client.key != "nordhafen":
        case.does("acknowledge", desk, case.soon(1, 3), text=case.one(phrases.ACKNOWLEDGED))
    courses.sort(case, desk, case.soon(0.5, 2))
    if crew != case.team:
        courses.hand(case, crew)
        case.holder = case.somebody(crew)
        case.does("take", case.holder, case.soon(5, 25))
    case.starts()
    return case


def _new(here: Present) -> None:
    """Just reported, nobody has it yet."""
    for topic, client, ago in (
        ("printer", "hansa", 22), ("password", "greenfield", 9),
        ("delivery", "lindqvist", 35), ("licence", "brunner", 50),
    ):  # fmt: skip
        courses.report(here.case(topic, client, ago))


def _promised(priority: int) -> float:
    return cast.RESOLVE[priority - 1] * 60


def _broken(here: Present) -> None:
    """The promised time is over."""
    for topic, client, priority, crew, over in (
        ("vpn", "hansa", 2, "workplace", 95), ("calendar", "brunner", 3, "workplace", 240),
        ("delivery", "greenfield", 3, "platform", 60),
    ):  # fmt: skip
        _working(here.case(topic, client, _promised(priority) + over, priority), crew)


def _today(here: Present) -> None:
    """The promised time ends in the next office hours."""
    for topic, client, priority, crew, left in (
        ("wifi", "lindqvist", 3, "platform", 70), ("share", "brunner", 3, "workplace", 120),
        ("screen", "ostheide", 4, "workplace", LEFT_TODAY), ("spam", "hansa", 4, "desk", 40),
    ):  # fmt: skip
        _working(here.case(topic, client, _promised(priority) - left, priority), crew)


def _later(here: Present) -> None:
    """There is time."""
    for topic, client, crew, ago in (
        ("slow", "greenfield", "workplace", 300), ("software", "lindqvist", "desk", 200),
        ("mobile", "ostheide", "desk", 380), ("queue", "brunner", "platform", 160),
    ):  # fmt: skip
        _working(here.case(topic, client, ago), crew)


def _waiting(here: Present) -> None:
    """On hold: for the user, for a supplier; one of them is to be contacted again."""
    for topic, client, crew, ago in (
        ("slow", "hansa", "workplace", 700), ("mailbox", "lindqvist", "desk", 420),
    ):  # fmt: skip
        case = _working(here.case(topic, client, ago), crew)
        contact = here.hours.later(here.now, 500)
        question = case.one(phrases.ASKED)
        case.does("ask", case.holder, case.soon(10, 30), text=question, next_contact_at=contact)
    case = _working(here.case("screen", "greenfield", 1500), "workplace")
    waiting, reason, awaited = phrases.HELD[0]
    case.does(
        "hold", case.holder, case.soon(10, 40), waiting_for=waiting, reason=reason,
        awaited=awaited, next_contact_at=here.hours.later(here.now, 60),
    )  # fmt: skip


def _resolved(here: Present) -> None:
    """Solved, and waiting for the user's word."""
    for topic, client, crew, ago, priority in (
        ("share", "hansa", "workplace", 900, 3), ("printer", "greenfield", "desk", 400, 4),
        ("mobile", "hansa", "desk", 320, 4), ("wifi", "ostheide", "platform", 1300, 3),
    ):  # fmt: skip
        case = _working(here.case(topic, client, ago, priority), crew)
        courses.solve(case, case.hours.later(case.at, ago * 0.5))


def _forgotten(here: Present) -> None:
    """Open for weeks or months, and nobody has touched it since."""
    for topic, client, crew, days, priority in (
        ("prices", "nordhafen", "apps", 74, 4), ("prices", "greenfield", "apps", 58, 4),
        ("interface", "ostheide", "apps", 49, 3), ("prices", "brunner", "apps", 91, 4),
        ("interface", "nordhafen", "apps", 6, 2), ("share", "ostheide", "workplace", 63, 4),
    ):  # fmt: skip
        _working(here.case(topic, client, days * 600 * 0.7, priority, user=4), crew)


def _lena(here: Present) -> None:
    """What the user behind the first door has open: one to confirm, one to answer, one in work."""
    case = _working(here.case("calendar", "brunner", 640, 3, user=0), "workplace")
    courses.solve(case, case.hours.later(case.at, 260))
    case = _working(here.case("slow", "brunner", 380, 4, user=0), "workplace")
    contact = here.hours.later(here.now, 480)
    question = case.one(phrases.ASKED)
    case.does("ask", case.holder, case.soon(20, 60), text=question, next_contact_at=contact)
    _working(here.case("printer", "brunner", 130, 4, user=0), "desk")
    courses.report(here.case("licence", "brunner", 75, user=0))
