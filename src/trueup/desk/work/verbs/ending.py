"""Solving, confirming, closing, and opening again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from trueup.core.events.work import (
    RecordClosed,
    RecordConfirmed,
    RecordReopened,
    RecordResolved,
    RequestFulfilled,
    TaskFinished,
)
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import timers
from trueup.desk.base.access import Who
from trueup.desk.eventlog.reads import events_of
from trueup.desk.services.models import Service
from trueup.desk.work.days import usual, working_days_after
from trueup.desk.work.kinds import kind_of
from trueup.desk.work.models import Record
from trueup.desk.work.policy import WORKERS
from trueup.desk.work.promises import calendar
from trueup.desk.work.verbs import counting, noting, sorting, talking, waiting
from trueup.desk.work.verbs.door import Act, acting
from trueup.desk.work.words import MUST

CLOSE = "work.close"
CLOSE_AFTER_DAYS = 5
REOPEN_WITHIN = timedelta(days=14)
TRIAGE = ("service", "category", "impact", "urgency")


def resolve(
    record: Record,
    *,
    close_code: str,
    closing_word: str,
    after_change: str,
    minutes: float,
    actor: Who,
    service: Service | None = None,
    ci_note: str = "",
    category: str = "",
    subcategory: str = "",
    impact: int | None = None,
    urgency: int | None = None,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say that it is done, and how; what was never sorted is sorted now."""
    given = {
        "service": service,
        "ci_note": ci_note,
        "category": category,
        "subcategory": subcategory,
        "impact": impact,
        "urgency": urgency,
    }
    with acting(record, "resolve", actor, via, version, at) as act:
        act.need(
            close_code=close_code,
            closing_word=closing_word,
            after_change=after_change,
            minutes=minutes,
        )
        if act.record.triaged_at is None:
            _triage(act, given)
        _end(act, RecordResolved, close_code, closing_word, after_change)
        noting.spend(act, minutes, None)
    return act.record


def fulfil(
    record: Record,
    *,
    actor: Who,
    closing_word: str = "",
    close_code: str = "fulfilled",
    minutes: float = 0,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say that what was asked for is there; all its tasks have ended."""
    with acting(record, "fulfil", actor, via, version, at) as act:
        if act.record.back_to not in ("", "fulfilment"):
            raise Refused(N_("Work on it has not begun. Take it off hold and start it first."))
        if act.record.children.filter(kind="task", evidence__in=("open", "waiting")).exists():
            raise Refused(N_("Some of its tasks are still open. Finish or skip them first."))
        _end(act, RequestFulfilled, close_code, closing_word, "")
        noting.spend(act, minutes, None)
    return act.record


def finish(
    record: Record,
    *,
    actor: Who,
    minutes: float = 0,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say that a task is done; that closes it at once."""
    with acting(record, "finish", actor, via, version, at) as act:
        _end(act, TaskFinished, "done", "", "")
        _close(act)
        noting.spend(act, minutes, None)
    return act.record


def confirm(
    record: Record,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say as the requester that it is done; whoever solved it cannot."""
    with acting(record, "confirm", actor, via, version, at) as act:
        looks = act.looks
        if looks and looks.has(*WORKERS) and _solved_by(act.record) == str(looks.person):
            raise Refused(N_("You solved it yourself; it closes by itself after some days."))
        act.move()
        act.log(RecordConfirmed())
        _close(act)
    return act.record


def close(
    record: Record,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Close what was solved and not objected to."""
    with acting(record, "close", actor, via, version, at) as act:
        act.move()
        _close(act)
    return act.record


def reopen(
    record: Record,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Open it again: the clock goes on where it stood when it was solved."""
    with acting(record, "reopen", actor, via, version, at) as act:
        act.need(reason=reason)
        ended = act.record.closed_at
        if ended is not None and act.now - ended > REOPEN_WITHIN:
            raise Refused(
                N_("It was closed more than two weeks ago. Report a new record that follows it.")
            )
        act.move()
        count = act.record.reopen_count + 1
        act.set(resolved_at=None, closed_at=None, close_code="", reopen_count=count)
        counting.end_wait(act)
        timers.drop(act.record.pk, CLOSE)
        act.log(
            RecordReopened(
                state=act.record.state,
                reason=reason,
                reopen_count=count,
                team=act.record.team_id,
                level=act.record.level,
            )
        )
        counting.reckon(act)
    return act.record


def _triage(act: Act, given: Mapping[str, object]) -> None:
    """Sort now what was never sorted, from what is given or known."""
    for name in TRIAGE:
        if given[name] in (None, "") and getattr(act.record, name) in (None, ""):
            raise Refused(MUST[name], field=name)
    told = {name: value for name, value in given.items() if value not in (None, "")}
    sorting.sort(act, told)
    sorting.triaged(act)


def _end(
    act: Act, told: type[RecordResolved], close_code: str, word: str, after_change: str
) -> None:
    """It is done: the last public word, the state, what the clock came to, the closing date."""
    waiting.stop_waiting(act)
    message, first = talking.speak(act, word) if word.strip() else (None, False)
    act.move()
    act.set(close_code=close_code, after_change=after_change, resolved_at=act.now)
    act.log(
        told(
            state=act.record.state,
            close_code=close_code,
            after_change=after_change,
            message=message.pk if message else None,
            first_response=first,
            closing_word=word,
            team=act.record.team_id,
            level=act.record.level,
        )
    )
    counting.stand_resolved(act)
    found = counting.reckon(act)
    counting.settle(act, kind_of(act.record.kind).metric, found)
    if act.record.evidence == "resolved":
        timers.arm(act.record.pk, CLOSE, _closing_day(act), {}, act.actor)


def _closing_day(act: Act) -> datetime:
    team = act.record.team
    hours = calendar(team.calendar) if team and team.calendar else usual()
    return working_days_after(hours, act.now, CLOSE_AFTER_DAYS)


def _close(act: Act) -> None:
    act.set(closed_at=act.now)
    act.log(RecordClosed(state=act.record.state))
    timers.drop(act.record.pk, CLOSE)
    found = counting.clocks_now(act.record, act.now)
    until_closed = [clock for clock in found if clock.promise.clock_stop == "closed"]
    counting.settle(act, kind_of(act.record.kind).metric, until_closed)


def _solved_by(record: Record) -> str:
    told = [event.actor for event in events_of("record", record.pk) if event.activity == "resolved"]
    return told[-1] if told else ""
