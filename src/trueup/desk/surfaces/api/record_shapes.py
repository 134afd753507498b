"""What is answered about records: the row, its clocks, its story, the approvals it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Schema

from trueup.desk.base.access import Viewer
from trueup.desk.work import reads
from trueup.desk.work.models import Approval, Record
from trueup.desk.work.reads import Entry


class RecordOut(Schema):
    """One work item as it stands."""

    id: UUID
    number: str
    kind: str
    title: str
    state: str
    evidence: str
    priority: int
    impact: int | None
    urgency: int | None
    major: bool
    service: UUID | None
    customer: UUID | None
    requester: UUID | None
    team: UUID | None
    assignee: UUID | None
    channel: str
    category: str
    subcategory: str
    waiting_for: str
    next_contact_at: datetime | None
    close_code: str
    parent: UUID | None
    agreement: UUID | None
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    touched_at: datetime
    reopen_count: int
    reassignment_count: int
    version: int


class ClockOut(Schema):
    """One promise at this moment, in open minutes of its calendar; `met` null while undecided."""

    metric: str
    target: UUID
    promised_min: float
    elapsed_min: float
    paused_min: float
    left_min: float | None
    due_at: datetime | None
    met: bool | None
    running: bool


class RecordFull(RecordOut):
    """The same with its words, its clocks, and what the caller may do with it now."""

    description: str
    clocks: list[ClockOut]
    verbs: list[str]


class EntryOut(Schema):
    """One line of the story; `public` says whether the requester reads it too."""

    at: datetime
    kind: str
    activity: str
    actor: UUID | None
    actor_name: str
    public: bool
    sentence: str
    text: str
    direction: str
    automatic: bool


class Story(Schema):
    """What happened to a record, oldest first, as far as the caller may see it."""

    items: list[EntryOut]


class ApprovalOut(Schema):
    """A yes that was asked for, and the answer."""

    id: UUID
    record: UUID
    policy: str
    step: str
    approver: UUID
    decision: str
    reason: str
    requested_at: datetime
    answer_by: datetime | None
    at: datetime | None
    version: int


def record(row: Record) -> RecordOut:
    """A record as it stands in lists."""
    return RecordOut(**_columns(row, RecordOut))


def record_for(row: Record, viewer: Viewer) -> RecordFull:
    """A record for the one who looks at it."""
    return RecordFull(
        **_columns(row, RecordOut),
        description=row.description,
        clocks=[_clock(each) for each in reads.clocks_of(row, timezone.now())],
        verbs=reads.verbs_for(row, viewer),
    )


def entry(one: Entry) -> EntryOut:
    """A line of the story."""
    return EntryOut(**{name: getattr(one, name) for name in EntryOut.model_fields})


def approval(row: Approval) -> ApprovalOut:
    """An approval."""
    return ApprovalOut(**_columns(row, ApprovalOut))


def _clock(clock: Any) -> ClockOut:
    state = clock.state
    names = ("elapsed_min", "paused_min", "left_min", "due_at", "met", "running")
    return ClockOut(
        metric=clock.metric,
        target=clock.target,
        promised_min=clock.minutes,
        **{name: getattr(state, name) for name in names},
    )


def _columns(row: Any, shape: type[Schema]) -> dict[str, Any]:
    """The declared fields of a shape, keys in place of rows."""
    names = {column.name: column.attname for column in row._meta.concrete_fields}
    return {
        name: row.pk if name == "id" else getattr(row, names.get(name, name))
        for name in shape.model_fields
    }
