"""What happens to the question how it was: asked, left out, answered, and what followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySampled(Event):
    """Somebody will be asked how it was: which row of the sampling table says so."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "sample"
    means: ClassVar[str] = N_("It was decided by rule to ask somebody how it was.")
    reads: ClassVar[str] = N_("will be asked how it was (row %(rule)s)")

    record: UUID | None
    person: UUID | None
    customer: UUID | None
    team: UUID | None
    service: UUID | None
    agreement: UUID | None
    language: str
    rule: str
    rule_version: str
    share: str
    invite_at: datetime | None
    call_rule: str = ""
    call_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySkipped(SurveySampled):
    """Nobody is asked about this closing: which row of the sampling table says so."""

    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "skip"
    means: ClassVar[str] = N_("It was decided by rule to ask nobody how it was.")
    reads: ClassVar[str] = N_("is not asked how it was (row %(rule)s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyInvited(Event):
    """The question went out."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "invite"
    means: ClassVar[str] = N_("The question how it was went out.")
    reads: ClassVar[str] = N_("asked how it was")

    sent_by: str
    remind_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyReminded(Event):
    """The question went out once more."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "commented"
    name: ClassVar[str] = "remind"
    means: ClassVar[str] = N_("The question how it was went out once more.")
    reads: ClassVar[str] = N_("asked once more how it was")

    reminder: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyExpired(Event):
    """Nobody answered in time."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "cancelled"
    name: ClassVar[str] = "expire"
    means: ClassVar[str] = N_("Nobody answered in time.")
    reads: ClassVar[str] = N_("got no answer")

    call_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(Event):
    """The person said how it was."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "closed"
    name: ClassVar[str] = "answer"
    means: ClassVar[str] = N_("Somebody said how it was.")
    reads: ClassVar[str] = N_("gave %(csat)s of 5")
    private: ClassVar[frozenset[str]] = frozenset({"comment"})

    csat: int
    nps: int | None
    ces: int | None
    expected_h: str
    lost_minutes: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyChanged(SurveyAnswered):
    """The person thought again within some minutes, or added a word."""

    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "change_answer"
    means: ClassVar[str] = N_("Somebody changed within minutes what they had said.")
    reads: ClassVar[str] = N_("changed it to %(csat)s of 5")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFollowedUp(Event):
    """A lead spoke with somebody who was let down."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "commented"
    name: ClassVar[str] = "follow_up"
    means: ClassVar[str] = N_("A lead spoke with somebody who was let down.")
    reads: ClassVar[str] = N_("spoke about it: %(text)s")
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAsked(Event):
    """A lead is to speak with somebody about a grave case; `task` is the lead's piece of work."""

    entity: ClassVar[str] = "survey"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "call"
    means: ClassVar[str] = N_("By rule a lead is to speak with somebody about a grave case.")
    reads: ClassVar[str] = N_("is to be called (row %(rule)s)")

    rule: str
    task: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeftOut(CallAsked):
    """Nobody needs to be called any more, because the work goes on."""

    name: ClassVar[str] = "leave_out_call"
    means: ClassVar[str] = N_("A call about a grave case was left out: the work goes on.")
    reads: ClassVar[str] = N_("need not be called now (%(rule)s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingEnded(Event):
    """A person does not want to be asked any more."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "opt_out"
    means: ClassVar[str] = N_("A person does not want to be asked how it was.")
    reads: ClassVar[str] = N_("does not want to be asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingAllowed(Event):
    """A person may be asked again."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "opt_in"
    means: ClassVar[str] = N_("A person may be asked again how it was.")
    reads: ClassVar[str] = N_("may be asked again")
