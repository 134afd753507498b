"""How records run: the ordinary courses, written act by act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from trueup.demo import cast, phrases
from trueup.demo.acts import SYSTEM
from trueup.demo.case import NOTHING, Case

FIRST = {offer.key: offer.team for offer in cast.OFFERS}
TOUCH = (8.0, 20.0, 70.0, 140.0, 260.0)
CONFIRMS = 0.4
MOST_NEWS = 3
YES = 0.91
ASKS = ("laptop", "licence", "partner")


def report(case: Case) -> None:
    """It begins: by the user, by mail, by phone through the desk, or by monitoring."""
    watched = case.channel == "monitoring"
    phoned = case.channel in ("phone", "walk_in")
    who = cast.ROBOT if watched else case.somebody("desk") if phoned else case.user
    args: dict[str, object] = {
        "kind": case.kind,
        "title": case.rng.choice(case.texts[0]),
        "description": "" if watched else case.one(phrases.ABOUT),
        "service": case.topic.service,
        "customer": case.client.key,
        "requester": None if watched else case.user,
        "channel": case.channel,
    }
    if case.kind == "request":
        args |= {"category": case.topic.category}
    case.team = FIRST[case.topic.service]
    case.does("report", who, None, args, via="mail" if case.channel == "mail" else "web")
    case.holder = who if phoned else ""


def touch(case: Case) -> datetime:
    """When a human first looks at it."""
    minutes = TOUCH[case.priority - 1] * case.rng.lognormvariate(0, 0.45)
    if case.priority == 1:
        return case.at + timedelta(minutes=minutes)
    return case.hours.later(case.at, minutes)


def answers(case: Case) -> dict[str, object]:
    """What a technician says when sorting it: what it is about and how much it matters."""
    return {
        "service": case.topic.service,
        "ci_note": case.topic.item,
        "category": case.topic.category,
        "subcategory": case.topic.sub,
        "impact": case.impact,
        "urgency": case.urgency,
    }


def sort(case: Case, who: str, at: datetime) -> None:
    """A technician of the first team sorts it."""
    case.does("triage", who, at, answers(case))


def agree(case: Case) -> bool:
    """Whether a request may be fulfilled: most need nobody's yes, dear ones the customer's."""
    manager = case.client.manager
    if case.topic.key not in ASKS or case.user == manager:
        case.does("approval_not_needed", SYSTEM, case.soon(0.1, 0.5), via="process")
        return True
    case.does(
        "request_approval",
        SYSTEM,
        case.soon(0.1, 0.5),
        via="process",
        steps=(("customer", manager),),
        policy="B3",
    )
    yes = case.rng.random() < YES
    at = case.hours.later(case.at, case.rng.uniform(40, 1100))
    reason = "" if yes else case.one(phrases.DECLINED)
    case.does("decide", manager, at, decision="approved" if yes else "rejected", reason=reason)
    return yes


def hand(case: Case, crew: str, reason: str = "") -> None:
    """Give it to a team, whose technician takes it after a while."""
    giver = case.holder or case.somebody(case.team)
    case.does("assign", giver, case.soon(2, 9), team=crew, reason=reason)
    case.team, case.holder = crew, ""


def take(case: Case, at: datetime) -> None:
    """A technician of the team that has it takes it."""
    case.holder = case.somebody(case.team)
    case.does("take", case.holder, at)


def ask(case: Case) -> None:
    """A question to the user, and the answer some hours later."""
    contact = case.next_day(2)
    case.does("ask", case.holder, text=case.one(phrases.ASKED), next_contact_at=contact)
    back = case.hours.later(case.at, case.rng.uniform(60, 900))
    case.does("answer", case.user, back, text=case.one(phrases.ANSWERED))


def hold(case: Case, days: float) -> None:
    """It waits for somebody else, and goes on."""
    waiting, reason, awaited = case.rng.choice(phrases.HELD)
    case.does(
        "hold",
        case.holder,
        waiting_for=waiting,
        reason=reason,
        awaited=awaited,
        next_contact_at=case.next_day(days + 1),
    )
    case.does("resume", case.holder, case.next_day(days), reason=f"{awaited} is here")


def news(case: Case, until: datetime, silent: bool) -> None:
    """A public word as often as promised, until an instant."""
    every = cast.UPDATE[case.priority - 1] * 60 * 0.8
    for _ in range(0 if silent else MOST_NEWS):
        following = case.hours.later(case.at, every * case.rng.uniform(0.7, 1.0))
        if following >= until:
            break
        case.does("comment", case.holder, following, text=case.one(phrases.NEWS))


def due(case: Case, share: float) -> datetime:
    """The instant at which so large a share of the promised time is used, without pauses."""
    hours = cast.FULFIL if case.kind == "request" else cast.RESOLVE[case.priority - 1]
    urgent = case.topic.service == "erp" and case.priority <= 2 and case.kind == "incident"
    calendar = case.hours.always if urgent else case.hours.office
    return calendar.add(case.opened, hours * 60 * share).replace(microsecond=0)


def solve(case: Case, at: datetime, sorting: Mapping[str, object] = NOTHING) -> None:
    """It is done, in words the user understands; the time is written down."""
    minutes = max(3, round(case.topic.minutes * case.rng.lognormvariate(0, 0.4)))
    who = case.holder or case.somebody(case.team)
    if case.kind == "request":
        case.does("fulfil", who, at, closing_word=case.texts[1], minutes=minutes)
        return
    case.does(
        "resolve",
        who,
        at,
        sorting,
        close_code=case.topic.code,
        closing_word=case.texts[1],
        after_change="no",
        minutes=minutes,
    )


def end(case: Case, now: datetime) -> None:
    """The user confirms, or the system closes after five working days; later is not yet."""
    if case.user and case.rng.random() < CONFIRMS:
        at = case.hours.later(case.at, case.rng.uniform(30, 1500))
        if at < now:
            case.does("confirm", case.user, at)
        return
    at = case.next_day(5)
    if at < now:
        case.does("close", SYSTEM, at, via="timer")


def again(case: Case, now: datetime) -> bool:
    """The user says that it is not solved; a technician solves it once more."""
    at = case.hours.later(case.at, case.rng.uniform(60, 1600))
    if at >= now or not case.user:
        return False
    case.does("reopen", case.user, at, reason=case.one(phrases.AGAIN))
    case.does(
        "comment", case.holder, case.hours.later(case.at, case.rng.uniform(10, 120)),
        text=case.one(phrases.ACKNOWLEDGED),
    )  # fmt: skip
    solve(case, case.hours.later(case.at, case.rng.uniform(120, 900)))
    return True
