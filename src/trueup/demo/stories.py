"""The stories of records: an incident or a request from its report to wherever it stands now."""

from __future__ import annotations

from datetime import datetime

from trueup.demo import courses, opinions, phrases
from trueup.demo.acts import Act
from trueup.demo.case import Case
from trueup.demo.faults import Twist

AT_ONCE = 0.75
STARTED = 0.45
USUAL, SPREAD, MOST = 0.3, 0.6, 1.6
LINE = (0.915, 0.995)
LONG, STRAIGHT = (0.7, 1.3), (0.15, 0.35)


def incident(case: Case, twist: Twist, now: datetime) -> list[Act]:
    """An incident; acts that would lie after `now` are left out, so late ones are open."""
    front = case.topic.crew == "desk" and case.rng.random() < AT_ONCE
    courses.report(case)
    first = case.soon(1, 4) if case.holder else courses.touch(case)
    if not case.holder or case.team != "desk":
        case.holder = case.somebody(case.team)
    if front:
        case.does("take", case.holder, first)
        courses.solve(case, case.soon(4, 40), courses.answers(case))
    else:
        _second_line(case, twist, first)
    return _after(case, twist, now)


def request(case: Case, twist: Twist, now: datetime) -> list[Act]:
    """A request: wanted, perhaps agreed, handed out."""
    courses.report(case)
    if not courses.agree(case):
        return [act for act in case.acts if act.at < now]
    courses.take(case, courses.touch(case))
    case.starts()
    if case.rng.random() < 0.6:
        _word(case, twist)
    until = courses.due(case, _share(case, twist))
    courses.news(case, until, twist.silent)
    courses.solve(case, until)
    return _after(case, twist, now)


def _word(case: Case, twist: Twist) -> None:
    if not twist.silent:
        case.does(
            "acknowledge", case.holder, case.soon(0.5, 3), text=case.one(phrases.ACKNOWLEDGED)
        )


def _second_line(case: Case, twist: Twist, first: datetime) -> None:
    """Sorted where it arrives, solved behind; some wait, some go to and fro."""
    path = _path(case, twist)
    if not path:
        case.does("take", case.holder, first)
    courses.sort(case, case.holder, first)
    _word(case, twist)
    for crew in path:
        if crew != case.team:
            passed = phrases.RETURNED if crew == "platform" else phrases.PASSED
            courses.hand(case, crew, case.rng.choice(passed))
            courses.take(case, case.hours.later(case.at, case.rng.uniform(10, 90)))
    if case.rng.random() < STARTED:
        case.starts()
    if case.rng.random() < 0.25:
        case.does("note", case.holder, case.soon(5, 40), text=case.rng.choice(phrases.NOTES))
    before, waited = case.at, 0.0
    if case.user and not twist.silent and case.rng.random() < 0.3:
        courses.ask(case)
        waited = case.hours.office.business_minutes(before, case.at)
    elif case.rng.random() < 0.08:
        courses.hold(case, case.rng.uniform(1, 3))
    straight = len(path) == 2 and not twist.bounces
    share = case.rng.uniform(*STRAIGHT) if straight else _share(case, twist)
    until = courses.due(case, share)
    until = case.hours.later(until, waited) if waited else until
    courses.news(case, until, twist.silent)
    courses.solve(case, until)


def _path(case: Case, twist: Twist) -> tuple[str, ...]:
    if twist.bounces:
        return ("apps", "platform")
    crew = case.topic.crew
    if case.topic.category == "Interface" and twist.slow == 1.0 and case.rng.random() < 0.9:
        return ("workplace", "apps")
    return (crew,) if crew != case.team else ()


def _share(case: Case, twist: Twist) -> float:
    """How much of the promised time is used."""
    if twist.to_the_line:
        return case.rng.uniform(*LINE)
    if twist.bounces:
        return case.rng.uniform(*LONG)
    usual = USUAL * (0.4 if case.topic.crew == "desk" else 1.0)
    share = usual * case.rng.lognormvariate(0, SPREAD) * twist.slow
    if 0.88 < share < 1.12 and twist.slow == 1.0:
        share -= 0.3
    return min(share, MOST * twist.slow)


def _after(case: Case, twist: Twist, now: datetime) -> list[Act]:
    """What follows the solution, cut off at the present."""
    if case.at < now and case.rng.random() < twist.again:
        courses.again(case, now)
    if case.at < now:
        courses.end(case, now)
    if case.acts[-1].verb in ("confirm", "close"):
        opinions.rate(case, twist, now)
    return [act for act in case.acts if act.at < now]
