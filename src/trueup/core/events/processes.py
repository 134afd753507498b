"""What happens to process models, and what a model decided about a thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDrafted(Event):
    """A version of a process model was written down; nothing works by it yet."""

    entity: ClassVar[str] = "configuration"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "draft_model"
    means: ClassVar[str] = N_("A version of a process model was written down.")
    reads: ClassVar[str] = N_("drafted the process model %(title)s, version %(number)s")

    model: str
    title: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTested(Event):
    """All golden histories of a version came out as written."""

    entity: ClassVar[str] = "configuration"
    activity: ClassVar[str] = "confirmed"
    name: ClassVar[str] = "test_model"
    means: ClassVar[str] = N_("The golden histories of a process model came out as written.")
    reads: ClassVar[str] = N_("tested the process model with %(cases)s histories")

    cases: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPublished(Event):
    """New records work by this version from now on; running ones keep theirs."""

    entity: ClassVar[str] = "configuration"
    activity: ClassVar[str] = "approved"
    name: ClassVar[str] = "publish_model"
    means: ClassVar[str] = N_("New records work by this version of a process model.")
    reads: ClassVar[str] = N_("published the process model %(model)s, version %(number)s")

    model: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRetired(Event):
    """No new record works by this version any more."""

    entity: ClassVar[str] = "configuration"
    activity: ClassVar[str] = "closed"
    name: ClassVar[str] = "retire_model"
    means: ClassVar[str] = N_("No new record works by this version of a process model.")
    reads: ClassVar[str] = N_("retired the process model %(model)s, version %(number)s")

    model: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStarted(Event):
    """A record follows this version of a process model until it ends."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "process_started"
    means: ClassVar[str] = N_("A record began to follow a version of a process model.")
    reads: ClassVar[str] = N_("follows the process model %(model)s, version %(number)s")

    instance: UUID
    model: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone(Event):
    """A step was ended by hand, or taken up again after a refusal."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "step_done"
    means: ClassVar[str] = N_("The process owner moved a step of the process on by hand.")
    reads: ClassVar[str] = N_("moved the step %(field)s on: %(reason)s")

    instance: UUID
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Event):
    """A decision table answered for a record: which rows, with which inputs."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "decided"
    means: ClassVar[str] = N_("A decision table of the process answered for a record.")
    reads: ClassVar[str] = N_("%(table)s says: row %(new)s")

    instance: UUID
    table: str
    table_version: str
    field: str
    new: str
    inputs: str
    outputs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRefused(Event):
    """A step that the process proposed was refused; the record stayed as it was."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "refused"
    means: ClassVar[str] = N_("A step proposed by the process was refused; nothing was changed.")
    reads: ClassVar[str] = N_("the step %(field)s was refused: %(reason)s")

    instance: UUID | None
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessEnded(Event):
    """The process came to its end, or the record left it."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "process_ended"
    means: ClassVar[str] = N_("The process of a record came to its end.")
    reads: ClassVar[str] = N_("the process ended: %(new)s")

    instance: UUID
    new: str
