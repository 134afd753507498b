"""What happens in a major incident beside the work itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorDeclared(Event):
    """It is a major incident: everybody who is needed, now."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "escalated"
    name: ClassVar[str] = "declare_major"
    means: ClassVar[str] = N_("It is a major incident, with two people who lead it.")
    reads: ClassVar[str] = N_("declared a major incident")
    private: ClassVar[frozenset[str]] = frozenset({"impact_sentence"})

    impact_sentence: str
    services: tuple[UUID, ...]
    incident_lead: UUID
    communication_lead: UUID
    priority_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorEnded(Event):
    """The major incident is over."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "end_major"
    means: ClassVar[str] = N_("The major incident is over; its review is due.")
    reads: ClassVar[str] = N_("ended the major incident")


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorReviewed(Event):
    """What helped, what hurt and what shall be better was looked at together."""

    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "review"
    means: ClassVar[str] = N_("A major incident was looked back at: what helped, what hurt.")
    reads: ClassVar[str] = N_("held the review")
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    message: UUID
    text: str
