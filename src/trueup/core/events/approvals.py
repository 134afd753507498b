"""What happens when a yes is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequested(Event):
    """A record waits for a yes."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "approval_requested"
    means: ClassVar[str] = N_("It waits for a yes of others.")
    reads: ClassVar[str] = N_("asked for approval (%(policy)s)")

    state: str
    policy: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalNotNeeded(Event):
    """The rules ask for no yes."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "decided"
    means: ClassVar[str] = N_("The rules ask nobody; it can go on.")
    reads: ClassVar[str] = N_("needs no approval")

    state: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordApproved(Event):
    """All who were asked said yes."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "approved"
    name: ClassVar[str] = "approve"
    means: ClassVar[str] = N_("Everybody whose yes was needed said yes.")
    reads: ClassVar[str] = N_("approved it")

    state: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRejected(Event):
    """Somebody whose yes was needed said no."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "rejected"
    name: ClassVar[str] = "reject"
    means: ClassVar[str] = N_("Somebody whose yes was needed said no.")
    reads: ClassVar[str] = N_("rejected it")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    policy: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(Event):
    """Somebody was asked for a yes."""

    entity: ClassVar[str] = "approval"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "request_approval"
    means: ClassVar[str] = N_("Somebody was asked for a yes.")
    reads: ClassVar[str] = N_("asked for the step %(step)s")

    record: UUID
    policy: str
    step: str
    quorum: str
    approver: UUID
    answer_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven(Event):
    """An approver said yes; `approval_level` is the policy where this completed it."""

    entity: ClassVar[str] = "approval"
    activity: ClassVar[str] = "approved"
    name: ClassVar[str] = "decide"
    means: ClassVar[str] = N_("An approver said yes.")
    reads: ClassVar[str] = N_("said yes (%(step)s)")
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    record: UUID
    step: str
    approval_level: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRefused(ApprovalGiven):
    """An approver said no."""

    activity: ClassVar[str] = "rejected"
    means: ClassVar[str] = N_("An approver said no, with a reason.")
    reads: ClassVar[str] = N_("said no (%(step)s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLapsed(ApprovalGiven):
    """An approval ended without a yes or a no."""

    activity: ClassVar[str] = "other"
    means: ClassVar[str] = N_("An approval ended without a yes or a no.")
    reads: ClassVar[str] = N_("ended without an answer (%(step)s)")
