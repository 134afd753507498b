"""What happens to services and to the promises made about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from trueup.core.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAdded(Event):
    """A service joined the portfolio."""

    entity: ClassVar[str] = "service"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "add_service"
    means: ClassVar[str] = "A service joined the portfolio."
    reads: ClassVar[str] = "added the service %(title)s"

    title: str
    owner: UUID | None
    team: UUID | None
    state: str
    criticality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChanged(Event):
    """One field of a service got another value."""

    entity: ClassVar[str] = "service"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "change_service"
    means: ClassVar[str] = "One field of a service was changed."
    reads: ClassVar[str] = "changed %(field)s from %(old)s to %(new)s"

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingAdded(Event):
    """A way of taking a service was offered."""

    entity: ClassVar[str] = "service"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "add_offering"
    means: ClassVar[str] = "A way of taking a service was offered, with its price."
    reads: ClassVar[str] = "offers %(title)s"

    offering: UUID
    title: str
    price_month: str | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDrafted(Event):
    """A promise was written down, not yet made."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "opened"
    name: ClassVar[str] = "draft"
    means: ClassVar[str] = "A promise was written down; nothing is promised yet."
    reads: ClassVar[str] = "drafted the agreement, version %(number)s"

    service: UUID
    customer: UUID | None
    kind: str
    number: int
    supersedes: UUID | None
    start: str
    end: str | None
    price_month: str | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSet(Event):
    """A number was written into a draft."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "edited"
    name: ClassVar[str] = "set_target"
    means: ClassVar[str] = "A target was written into a draft or replaced there."
    reads: ClassVar[str] = "set %(metric)s to %(value)s %(unit)s"

    target: UUID
    metric: str
    priority: int | None
    value: str
    unit: str
    clock_stop: str
    pause_states: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementProposed(Event):
    """A draft was put before the customer."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "scheduled"
    name: ClassVar[str] = "propose"
    means: ClassVar[str] = "A draft was put before the customer."
    reads: ClassVar[str] = "proposed the agreement"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAgreed(Event):
    """Both sides said yes; from now on this version is frozen."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "approved"
    name: ClassVar[str] = "agree"
    means: ClassVar[str] = "Both sides said yes; this version never changes afterwards."
    reads: ClassVar[str] = "agreed, in force from %(start)s"

    start: str
    supersedes: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDeclined(Event):
    """The customer said no; the draft can be worked on."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "rejected"
    name: ClassVar[str] = "decline"
    means: ClassVar[str] = "The customer said no; it is a draft again."
    reads: ClassVar[str] = "declined: %(reason)s"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSuperseded(Event):
    """A later version took over from its first day."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "renewed"
    name: ClassVar[str] = "supersede"
    means: ClassVar[str] = "A later version takes over; records keep the one they began with."
    reads: ClassVar[str] = "replaced by a later version from %(end)s"

    by: UUID
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReviewed(Event):
    """Both sides looked at how the promise was kept."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "confirmed"
    name: ClassVar[str] = "hold_review"
    means: ClassVar[str] = "Both sides looked at levels, voice and price together."
    reads: ClassVar[str] = "held the review; the next is due on %(next_due)s"
    private: ClassVar[frozenset[str]] = frozenset({"outcome"})

    held_on: str
    next_due: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnded(Event):
    """The promise ends on a day."""

    entity: ClassVar[str] = "agreement"
    activity: ClassVar[str] = "closed"
    name: ClassVar[str] = "end_agreement"
    means: ClassVar[str] = "The promise ends on a day, without a later version."
    reads: ClassVar[str] = "ends on %(end)s: %(reason)s"

    reason: str
    end: str
