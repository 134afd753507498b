"""The whole history as a list of acts: the same for the same seed, instant and holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from trueup.demo import cast, faults, live, stories
from trueup.demo.acts import Act
from trueup.demo.case import Case
from trueup.demo.hours import BERLIN, Hours
from trueup.demo.population import users_of
from trueup.demo.topics import INCIDENTS, REQUESTS

SEED = 7
DAYS = 365
RECORDS = 2000
REQUESTED = 0.27
MORE = 0.055
CHANNELS = {"portal": 44, "mail": 30, "phone": 22, "walk_in": 4}
WATCHED = ("Interface", "Certificates", "Network")


def first_moment(now: datetime) -> datetime:
    """The midnight at which the history begins."""
    day = now.astimezone(BERLIN).date() - timedelta(days=DAYS)
    return datetime.combine(day, time(), BERLIN)


def history(
    now: datetime, holidays: frozenset[date], *, seed: int = SEED, records: int = RECORDS
) -> list[Act]:
    """All acts in the order in which they happened, the last ones just before `now`."""
    rng = Random(f"{seed}:history")  # noqa: S311 - an invented history, no secret
    hours, users = Hours(holidays), users_of(seed)
    days = DAYS * records // RECORDS or DAYS
    first = now.astimezone(BERLIN).date() - timedelta(days=days)
    usual = [(at, False) for at in hours.arrivals(rng, first, days, records)]
    opened = sorted([*usual, *((at, True) for at in _more(rng, hours, now, records))])
    acts: list[Act] = []
    for number, (at, grown) in enumerate(opened):
        case = _case(number, at, grown, rng, hours, users)
        tell = stories.request if case.kind == "request" else stories.incident
        acts += tell(case, faults.twist(case, now), now)
    acts += live.acts(len(opened), now, hours, users, rng)
    return sorted(acts, key=lambda act: act.place)


def _more(rng: Random, hours: Hours, now: datetime, records: int) -> list[datetime]:
    """The gateway grows: more arrivals in the last weeks than ever before."""
    days = faults.BACKLOG.days
    first = now.astimezone(BERLIN).date() - timedelta(days=days)
    return hours.arrivals(rng, first, days, round(records * MORE))


def _case(
    number: int,
    at: datetime,
    grown: bool,
    rng: Random,
    hours: Hours,
    users: dict[str, list[str]],
) -> Case:
    kind = "request" if not grown and rng.random() < REQUESTED else "incident"
    clients = [client for client in cast.CLIENTS if not grown or "erp" in _has(client)]
    client = rng.choices(clients, [each.weight for each in clients])[0]
    topics = REQUESTS if kind == "request" else INCIDENTS
    known = [t for t in topics if t.service in _has(client) and (not grown or t.key == "prices")]
    topic = rng.choices(known, [each.weight for each in known])[0]
    people = users[client.key]
    user = people[min(int(rng.expovariate(1 / 9)), len(people) - 1)]
    channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    if kind == "incident" and topic.category in WATCHED and rng.random() < 0.35:
        channel, user = "monitoring", ""
    return Case(
        number, kind, topic, client, user, at, hours, rng,
        impact=rng.choices((1, 2, 3, 4), topic.impact)[0],
        urgency=rng.choices((1, 2, 3, 4), topic.urgency)[0],
        channel=channel,
    )  # fmt: skip


def _has(client: cast.Client) -> set[str]:
    """The services that a customer has."""
    return {service for key, service, *_ in cast.PROMISES if key == client.key}
