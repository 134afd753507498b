"""Which model is in force, what follows it, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, get, visible
from trueup.desk.processes import packages
from trueup.desk.processes.models import Instance, Package, Waiting
from trueup.desk.processes.packages import Described

_described: dict[UUID, Described] = {}
MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a running process, as a page shows it; `blocked` says what holds it."""

    element: str
    name: str
    kind: str
    lane: str
    verb: str
    since: datetime
    blocked: str


def in_force(kind: str) -> Package | None:
    """The version that new records of a kind follow, without its content."""
    held = Package.objects.filter(kind=kind, state="published").defer("content")
    return held.order_by("-published_at").first()


def kinds_in_force() -> list[str]:
    """The kinds that have a model."""
    held = Package.objects.filter(state="published")
    return list(held.values_list("kind", flat=True).distinct())


def in_force_named(name: str) -> Package | None:
    """The version of a named model that is in force."""
    return Package.objects.filter(name=name, state="published").defer("content").first()


def described(package: UUID) -> Described:
    """What a version says, read once and kept in memory: what is written down never changes.

    Refused where the stored content no longer fits the digest.
    """
    if package not in _described:
        found = Package.objects.get(pk=package)
        if packages.digest(found.content) != found.digest:
            raise Refused(
                N_("The stored model “%(name)s” was changed behind Trueup's back. Restore it."),
                name=str(found),
            )
        if len(_described) >= MOST_KEPT:
            _described.clear()
        _described[package] = packages.read(found.content)
    return _described[package]


def running_of(subject: UUID, *, lock: bool = False) -> list[Instance]:
    """The processes a subject follows now: called models before those that called them."""
    rows = Instance.objects.filter(subject=subject, ended_at=None).order_by("-started_at", "-pk")
    return list(rows.select_for_update() if lock else rows)


def last_of(subject: UUID) -> Instance | None:
    """The process a subject followed last."""
    rows = Instance.objects.filter(subject=subject, parent=None).select_related("package")
    return rows.defer("package__content", "state").order_by("-started_at").first()


def steps(who: Who, subject: UUID) -> list[Step]:
    """What the process of a subject waits for, oldest first; nothing where it is not visible."""
    rows = visible(who, Waiting.objects.filter(instance__subject=subject, ended_at=None))
    return [_step(wait) for wait in rows.order_by("since", "pk")]


def refused(who: Who) -> QuerySet[Waiting]:
    """Steps that a refusal holds, for the process owner."""
    rows = visible(who, Waiting.objects.exclude(blocked="").filter(ended_at=None))
    return rows.select_related("instance__subject", "instance__package").defer(
        "instance__package__content"
    )


def models(who: Who) -> QuerySet[Package]:
    """All versions of all models, newest first, without their content."""
    return visible(who, Package.objects.defer("content")).order_by("name", "-number")


def drawing(who: Who, package: UUID | str) -> str:
    """The diagram of a version as BPMN, to be shown or taken along."""
    return str(get(who, Package, package).content["process.bpmn"])


def places(who: Who, subject: UUID) -> Mapping[UUID, list[str]]:
    """For each model a subject follows, the elements its tokens stand at."""
    rows = visible(who, Instance.objects.filter(subject=subject, ended_at=None))
    return {
        row.package_id: sorted({element for element, _ in row.state["open"].values()})
        for row in rows
    }


def _step(wait: Waiting) -> Step:
    return Step(wait.element, wait.name, wait.kind, wait.lane, wait.verb, wait.since, wait.blocked)
