"""What happens around a record: ties to others, followers, time spent, words taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLinked(Event):
    """It was tied to another record; `field` is how."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "linked"
    name: ClassVar[str] = "link"
    means: ClassVar[str] = N_("It was tied to another record.")
    reads: ClassVar[str] = N_("linked it to %(number)s")

    field: str
    new: UUID
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUnlinked(Event):
    """A tie to another record was taken off."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "linked"
    name: ClassVar[str] = "unlink"
    means: ClassVar[str] = N_("A tie to another record was taken off.")
    reads: ClassVar[str] = N_("took off the link to %(number)s")

    field: str
    old: UUID
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLogged(Event):
    """Time was spent on it."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "log_work"
    means: ClassVar[str] = N_("Somebody noted time spent on it.")
    reads: ClassVar[str] = N_("worked %(minutes)s minutes on it")

    worklog: UUID
    minutes: str
    started_at: datetime
    overtime: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRedacted(Event):
    """The words of somebody who was erased are gone from the record too."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "redact"
    means: ClassVar[str] = N_("The words of an erased person were taken out of a record.")
    reads: ClassVar[str] = N_("took out %(messages)s messages of an erased person")

    person: UUID
    messages: int
    title: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWatched(Event):
    """Somebody else hears of it from now on."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "watch"
    means: ClassVar[str] = N_("Somebody else hears of it from now on.")
    reads: ClassVar[str] = N_("added somebody who follows it")

    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUnwatched(Event):
    """Somebody no longer hears of it."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "unwatch"
    means: ClassVar[str] = N_("Somebody no longer hears of it.")
    reads: ClassVar[str] = N_("took off somebody who followed it")

    person: UUID
