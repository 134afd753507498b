"""Words on a record: to the other side, or among technicians."""

from __future__ import annotations

from datetime import datetime, timedelta

from trueup.core.events.work import (
    RecordAcknowledged,
    RecordAnswered,
    RecordAsked,
    RecordAwaitsAnswer,
    RecordCommented,
    RecordNoted,
    RecordResumedByAnswer,
)
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who
from trueup.desk.work.models import Message, Record
from trueup.desk.work.policy import works_on
from trueup.desk.work.verbs import counting, waiting
from trueup.desk.work.verbs.door import Act, acting

LONGEST = 100_000
TALK_AFTER_END = timedelta(days=14)
CHANNELS = {"mail": "mail", "api": "api"}


def comment(
    record: Record,
    *,
    text: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Write to the other side; the requester's word ends a wait for it."""
    with acting(record, "comment", actor, via, version, at) as act:
        _check_late(act)
        inward = not from_desk(act)
        answers = inward and act.record.waiting_for == "customer"
        return _answer(act, text) if answers else _comment(act, text, inward)


def note(
    record: Record,
    *,
    text: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Message:
    """Write a note that only technicians see."""
    with acting(record, "note", actor, via, version, at) as act:
        return say(act, RecordNoted, text, public=False)


def acknowledge(
    record: Record,
    *,
    text: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Tell the requester that it arrived; from the desk itself it stops no clock."""
    with acting(record, "acknowledge", actor, via, version, at) as act:
        say(act, RecordAcknowledged, text, automatic=act.system)
    return act.record


def ask(
    record: Record,
    *,
    text: str,
    next_contact_at: datetime,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Ask the requester; the record waits until the answer or the next contact."""
    with acting(record, "ask", actor, via, version, at) as act:
        act.need(text=text, next_contact_at=next_contact_at)
        say(act, RecordAsked, text)
        waiting.pause(act, RecordAwaitsAnswer, "customer", text, next_contact_at)
    return act.record


def answer(
    record: Record,
    *,
    text: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Answer the desk's question; work goes on."""
    with acting(record, "answer", actor, via, version, at) as act:
        if act.record.waiting_for != "customer":
            raise Refused(N_("Nobody waits for your answer. Write a message instead."))
        _answer(act, text)
    return act.record


def say(
    act: Act,
    told: type[RecordCommented],
    text: str,
    *,
    public: bool = True,
    inward: bool = False,
    automatic: bool = False,
) -> Message:
    """Keep a message; the first human public word of the desk stops the response clock."""
    message, first = speak(act, text, public=public, inward=inward, automatic=automatic)
    act.log(
        told(
            message=message.pk,
            public=public,
            direction=message.direction,
            automatic=automatic,
            first_response=first,
            text=text,
        )
    )
    return message


def speak(
    act: Act, text: str, *, public: bool = True, inward: bool = False, automatic: bool = False
) -> tuple[Message, bool]:
    """Write the message itself; says whether it was the first response."""
    act.need(text=text)
    _check_text(text)
    message = Message.objects.create(
        record=act.record,
        direction="in" if inward else "out",
        public=public,
        author_id=act.person,
        at=act.now,
        automatic=automatic,
        channel=CHANNELS.get(act.via, "portal"),
        text=text,
    )
    if public:
        act.set(last_word=message.direction)
    first = public and not inward and not automatic and act.record.first_response_at is None
    if first:
        act.set(first_response_at=act.now)
        counting.settle(act, "response", counting.reckon(act))
    return message, first


def from_desk(act: Act) -> bool:
    """Whether the words come from us: from whoever works on it and is not the requester."""
    if act.system:
        return True
    looks = act.looks
    if looks is None or act.person == act.record.requester_id:
        return False
    return works_on(looks, act.record)


def _comment(act: Act, text: str, inward: bool) -> Message:
    return say(act, RecordCommented, text, inward=inward)


def _answer(act: Act, text: str) -> Message:
    message = say(act, RecordAnswered, text, inward=True)
    waiting.go_on(act, RecordResumedByAnswer, "")
    return message


def _check_text(text: str) -> None:
    if not text.strip():
        raise Refused(N_("Write something first."), field="text")
    if len(text) > LONGEST:
        raise Refused(
            N_("This is longer than %(most)s letters. Attach it as a file."),
            field="text",
            most=LONGEST,
        )


def _check_late(act: Act) -> None:
    ended = act.record.closed_at
    if ended is not None and act.now - ended > TALK_AFTER_END:
        raise Refused(
            N_("It has been closed for more than two weeks. Report a new record and name this one.")
        )
