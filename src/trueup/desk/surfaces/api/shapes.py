"""What is answered: explicit fields, never a whole row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from trueup.desk.base.access import Viewer
from trueup.desk.base.models import Attachment, Customer, Person, Team
from trueup.desk.services.models import Agreement, Service, Target


class Named(Schema):
    """A thing by its key and the name people know it by."""

    id: UUID
    name: str


class Grants(Schema):
    """A role and how far it reaches; without scope, everywhere."""

    role: str
    scope: UUID | None


class Me(Schema):
    """Who calls."""

    id: UUID
    name: str
    language: str
    timezone: str
    customer: UUID | None
    team: UUID | None
    grants: list[Grants]
    scopes: list[str]


class Health(Schema):
    """Whether it runs; nothing more is told."""

    status: str


class PersonOut(Schema):
    """A person, as far as others need to know."""

    id: UUID
    name: str
    email: str
    kind: str
    language: str
    timezone: str
    customer: UUID | None
    team: UUID | None
    active: bool
    version: int


class CustomerOut(Schema):
    """An organisation that agrees and pays."""

    id: UUID
    name: str
    segment: str
    active: bool
    version: int


class TeamOut(Schema):
    """A team and its support line."""

    id: UUID
    name: str
    level: int
    active: bool
    version: int


class ServiceOut(Schema):
    """A service of the portfolio."""

    id: UUID
    name: str
    description: str
    owner: UUID | None
    team: UUID | None
    state: str
    criticality: int
    launched: date | None
    version: int


class TargetOut(Schema):
    """One number of a promise."""

    id: UUID
    metric: str
    priority: int | None
    value: float
    unit: str
    clock_stop: str
    pause_states: str


class AgreementOut(Schema):
    """One version of a promise."""

    id: UUID
    service: UUID
    customer: UUID | None
    kind: str
    state: str
    number: int
    supersedes: UUID | None
    start: date
    end: date | None
    price_month: str | None
    currency: str
    review_due: date | None
    reviewed_on: date | None
    targets: list[TargetOut]
    version: int


class AttachmentOut(Schema):
    """A file, without its bytes."""

    id: UUID
    subject: UUID
    name: str
    type: str
    size: int
    sha256: str
    private: bool
    added_by: UUID | None
    added_at: datetime


def me(viewer: Viewer, scopes: tuple[str, ...]) -> Me:
    """The caller."""
    grants = [Grants(role=role, scope=scope) for role, scope in viewer.grants]
    return Me(
        id=viewer.person,
        name=viewer.name,
        language=viewer.language,
        timezone=viewer.timezone,
        customer=viewer.customer,
        team=viewer.team,
        grants=grants,
        scopes=list(scopes),
    )


def person(row: Person) -> PersonOut:
    """A person."""
    return PersonOut(
        id=row.pk,
        customer=row.customer_id,
        team=row.team_id,
        **_taken(row, "name", "email", "kind", "language", "timezone", "active", "version"),
    )


def customer(row: Customer) -> CustomerOut:
    """A customer."""
    return CustomerOut(id=row.pk, **_taken(row, "name", "segment", "active", "version"))


def team(row: Team) -> TeamOut:
    """A team."""
    return TeamOut(id=row.pk, **_taken(row, "name", "level", "active", "version"))


def service(row: Service) -> ServiceOut:
    """A service."""
    fields = ("name", "description", "state", "criticality", "launched", "version")
    return ServiceOut(id=row.pk, owner=row.owner_id, team=row.team_id, **_taken(row, *fields))


def target(row: Target) -> TargetOut:
    """A target."""
    fields = ("metric", "priority", "value", "unit", "clock_stop", "pause_states")
    return TargetOut(id=row.pk, **_taken(row, *fields))


def agreement(row: Agreement) -> AgreementOut:
    """An agreement with its targets."""
    fields = ("kind", "state", "number", "start", "end", "currency", "review_due", "reviewed_on")
    return AgreementOut(
        id=row.pk,
        service=row.service_id,
        customer=row.customer_id,
        supersedes=row.supersedes_id,
        price_month=None if row.price_month is None else str(row.price_month),
        targets=[target(each) for each in sorted(row.targets.all(), key=_target_order)],
        **_taken(row, *fields, "version"),
    )


def attachment(row: Attachment) -> AttachmentOut:
    """A file."""
    return AttachmentOut(
        id=row.pk,
        subject=row.subject_id,
        type=row.sniffed_type,
        added_by=row.added_by_id,
        **_taken(row, "name", "size", "sha256", "private", "added_at"),
    )


def _target_order(row: Target) -> tuple[str, int]:
    return row.metric, row.priority or 0


def _taken(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
