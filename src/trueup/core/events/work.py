"""What happens to a record: told so that the record can be made anew from its events alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOpened(Event):
    """A record began."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "report"
    means: ClassVar[str] = N_("Somebody reported something, and it became a record.")
    reads: ClassVar[str] = N_("opened %(number)s")
    private: ClassVar[frozenset[str]] = frozenset({"title", "description"})

    kind: str
    number: str
    title: str
    description: str
    state: str
    service: UUID | None
    customer: UUID | None
    requester: UUID | None
    team: UUID | None
    level: int
    channel: str
    category: str
    impact: int | None
    urgency: int | None
    priority: int
    priority_rule: str
    agreement: UUID | None
    parent: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSubmitted(RecordOpened):
    """A request began."""

    name: ClassVar[str] = "submit"
    means: ClassVar[str] = N_("Somebody asked for something the services offer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(RecordOpened):
    """A task began."""

    name: ClassVar[str] = "open"
    means: ClassVar[str] = N_("A piece of work was cut out of a record.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTriaged(Event):
    """A technician sorted it: what it is about and how much it matters."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "triaged"
    name: ClassVar[str] = "triage"
    means: ClassVar[str] = N_("A technician said what it is about and how much it matters.")
    reads: ClassVar[str] = N_("sorted it")

    team: UUID | None
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClassified(Event):
    """One of the fields that sort a record got another value.

    `priority_rule` is the row of the priority table in force after it.
    """

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "classified"
    name: ClassVar[str] = "classify"
    means: ClassVar[str] = N_("One of the fields that sort a record got another value.")
    reads: ClassVar[str] = N_("changed %(field)s from “%(old)s” to “%(new)s”")

    field: str
    old: str
    new: str
    priority_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Event):
    """Another priority follows from impact and urgency."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "priority_changed"
    name: ClassVar[str] = "set_priority"
    means: ClassVar[str] = N_("Another priority follows from impact and urgency.")
    reads: ClassVar[str] = N_("changed the priority from %(old)s to %(new)s")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    field: str = "priority"
    old: int
    new: int
    priority_rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPromised(Event):
    """The promise that counts for a record became known, or is another one."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "promise"
    means: ClassVar[str] = N_("Another agreement holds, because the service is another one.")
    reads: ClassVar[str] = N_("another agreement holds for it")

    field: str = "agreement"
    old: UUID | None
    new: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStarted(Event):
    """Work began."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "started"
    name: ClassVar[str] = "start"
    means: ClassVar[str] = N_("The one who has it began to work on it.")
    reads: ClassVar[str] = N_("began to work on it")

    state: str
    team: UUID | None
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssigned(Event):
    """Another team or person has it; `old` and `new` are those of `field`."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "assigned"
    name: ClassVar[str] = "assign"
    means: ClassVar[str] = N_("Another team or person has it.")
    reads: ClassVar[str] = N_("gave it on")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    field: str
    old: UUID | None
    new: UUID | None
    team: UUID | None
    level: int
    assignee: UUID | None
    reassignment_count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTaken(RecordAssigned):
    """A technician took it."""

    name: ClassVar[str] = "take"
    means: ClassVar[str] = N_("A technician took it.")
    reads: ClassVar[str] = N_("took it")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReleased(RecordAssigned):
    """The one who had it gave it back to the team."""

    name: ClassVar[str] = "release"
    means: ClassVar[str] = N_("The one who had it gave it back to the team.")
    reads: ClassVar[str] = N_("gave it back to the team")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEscalated(Event):
    """Somebody higher was called in."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "escalated"
    name: ClassVar[str] = "escalate"
    means: ClassVar[str] = N_("A higher role or level was called in.")
    reads: ClassVar[str] = N_("escalated it to %(to)s")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    to: str
    reason: str
    team: UUID | None
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCommented(Event):
    """Words on a record; `first_response` where they stop the response clock.

    Public words reach the requester, others only technicians.
    """

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "commented"
    name: ClassVar[str] = "comment"
    means: ClassVar[str] = N_("Somebody wrote to the other side.")
    reads: ClassVar[str] = N_("wrote a message")
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    message: UUID
    public: bool
    direction: str
    automatic: bool
    first_response: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNoted(RecordCommented):
    """A private note."""

    name: ClassVar[str] = "note"
    means: ClassVar[str] = N_("A technician wrote a note for technicians only.")
    reads: ClassVar[str] = N_("wrote a private note")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAcknowledged(RecordCommented):
    """The reporter was told that it arrived."""

    name: ClassVar[str] = "acknowledge"
    means: ClassVar[str] = N_("The requester was told that it arrived and what comes next.")
    reads: ClassVar[str] = N_("told the requester that it arrived")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAsked(RecordCommented):
    """A question to the requester."""

    name: ClassVar[str] = "ask"
    means: ClassVar[str] = N_("A technician asked the requester something.")
    reads: ClassVar[str] = N_("asked the requester")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswered(RecordCommented):
    """The requester answered a question."""

    name: ClassVar[str] = "answer"
    means: ClassVar[str] = N_("The requester answered the question.")
    reads: ClassVar[str] = N_("answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPaused(Event):
    """Work stands until somebody does something; `back_to` is the state it came from."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "paused"
    name: ClassVar[str] = "hold"
    means: ClassVar[str] = N_("Work waits for somebody, with a reason and a next contact.")
    reads: ClassVar[str] = N_("put it on hold: waiting for %(waiting_for)s")
    private: ClassVar[frozenset[str]] = frozenset({"reason", "awaited"})

    state: str
    back_to: str
    waiting_for: str
    reason: str
    awaited: str
    next_contact_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAwaitsAnswer(RecordPaused):
    """Work stands until the requester answers."""

    name: ClassVar[str] = "ask"
    means: ClassVar[str] = N_("Work waits for the requester's answer.")
    reads: ClassVar[str] = N_("waits for the answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResumed(Event):
    """The wait is over."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "resumed"
    name: ClassVar[str] = "resume"
    means: ClassVar[str] = N_("The wait is over; work goes on where it stood.")
    reads: ClassVar[str] = N_("took it off hold")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResumedByAnswer(RecordResumed):
    """The wait is over because the requester answered."""

    name: ClassVar[str] = "answer"
    means: ClassVar[str] = N_("The wait is over because the requester answered.")
    reads: ClassVar[str] = N_("the answer ended the wait")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDue(Event):
    """The day of the next contact has come."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "contact_due"
    means: ClassVar[str] = N_("The day has come on which we said we would be in touch again.")
    reads: ClassVar[str] = N_("it is time to be in touch again")

    next_contact_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResolved(Event):
    """The desk thinks it is done; the closing word is a public message."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "resolved"
    name: ClassVar[str] = "resolve"
    means: ClassVar[str] = N_("The desk thinks it is done and has told the requester.")
    reads: ClassVar[str] = N_("solved it")
    private: ClassVar[frozenset[str]] = frozenset({"closing_word"})

    state: str
    close_code: str
    after_change: str
    message: UUID | None
    first_response: bool
    closing_word: str
    team: UUID | None
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFulfilled(RecordResolved):
    """What was asked for is there."""

    name: ClassVar[str] = "fulfil"
    means: ClassVar[str] = N_("What was asked for is there.")
    reads: ClassVar[str] = N_("fulfilled it")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFinished(RecordResolved):
    """A task is done."""

    name: ClassVar[str] = "finish"
    means: ClassVar[str] = N_("A task is done.")
    reads: ClassVar[str] = N_("finished it")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConfirmed(Event):
    """The requester said that it is done."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "confirmed"
    name: ClassVar[str] = "confirm"
    means: ClassVar[str] = N_("The requester said that it is done.")
    reads: ClassVar[str] = N_("confirmed that it is done")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClosed(Event):
    """Nothing more is to be done."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "closed"
    name: ClassVar[str] = "close"
    means: ClassVar[str] = N_("Nothing more is to be done.")
    reads: ClassVar[str] = N_("closed it")

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReopened(Event):
    """It was not done after all."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "reopened"
    name: ClassVar[str] = "reopen"
    means: ClassVar[str] = N_("It was not done after all; its clock goes on where it stood.")
    reads: ClassVar[str] = N_("opened it again")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    state: str
    reason: str
    reopen_count: int
    team: UUID | None
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCancelled(Event):
    """It shall not be done."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "cancelled"
    name: ClassVar[str] = "cancel"
    means: ClassVar[str] = N_("It shall not be done, with a reason.")
    reads: ClassVar[str] = N_("cancelled it")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    state: str
    close_code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn(RecordCancelled):
    """The requester does not want it any more."""

    name: ClassVar[str] = "withdraw"
    means: ClassVar[str] = N_("The requester does not want it any more.")
    reads: ClassVar[str] = N_("withdrew it")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSkipped(RecordCancelled):
    """A task was not needed."""

    name: ClassVar[str] = "skip"
    means: ClassVar[str] = N_("A task was not needed.")
    reads: ClassVar[str] = N_("skipped it")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEdited(Event):
    """Another field got another value."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "edit"
    means: ClassVar[str] = N_("A field got another value.")
    reads: ClassVar[str] = N_("changed %(field)s")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    field: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReworded(RecordEdited):
    """Title or description got other words, which stay erasable."""

    means: ClassVar[str] = N_("Title or description got other words.")
    private: ClassVar[frozenset[str]] = frozenset({"old", "new", "reason"})
