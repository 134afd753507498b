"""Writing a process model down, proving it, putting it into force and taking it out again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from trueup.core.actors import SYSTEM
from trueup.core.events.base import Event
from trueup.core.events.processes import ModelDrafted, ModelPublished, ModelRetired, ModelTested
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.verbs import append
from trueup.desk.processes import cases, packages, reads
from trueup.desk.processes.deploy import Problem
from trueup.desk.processes.models import Package
from trueup.desk.processes.packages import Content, Described

log = logging.getLogger(__name__)


def draft(content: Content, *, actor: Who, via: str = "web", at: datetime | None = None) -> Package:
    """Write a version of a model down; Refused, and nothing kept, where anything is wrong in it."""
    require(actor, "draft_model", Package)
    described = packages.read(content)
    _refuse_faults(described)
    try:
        with transaction.atomic():
            package = Package.objects.create(
                name=described.name,
                number=described.number,
                kind=described.kind,
                title=described.title,
                content=dict(content),
                digest=packages.digest(content),
                author_id=actor_of(actor).person,
                drafted_at=at or clock.now(),
            )
            event = ModelDrafted(
                model=package.name,
                title=package.title,
                number=package.number,
                digest=package.digest,
            )
            _log(package, event, actor, via, at)
    except IntegrityError as taken:
        raise Refused(
            N_("Version %(number)s of “%(name)s” exists already. Give it the next number."),
            field="number", number=described.number, name=described.name,
        ) from taken  # fmt: skip
    return package


def prove(
    package: Package,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Package:
    """Play all golden histories of a draft; Refused naming the first that comes out otherwise."""
    with transaction.atomic():
        package = _in_state(package, version, ("draft", "tested"), "test_model", actor)
        described = reads.described(package.pk)
        _refuse_faults(described)
        _refuse_differences(cases.play_all(described))
        _move(package, "tested")
        event = ModelTested(cases=len(described.cases), digest=package.digest)
        _log(package, event, actor, via, at)
    return package


def publish(
    package: Package,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Package:
    """Let new records work by a tested version; the one in force before is retired."""
    with transaction.atomic():
        package = _in_state(package, version, ("tested",), "publish_model", actor)
        publisher = actor_of(actor).person
        if publisher is not None and publisher == package.author_id:
            raise Refused(
                N_("Who wrote a model does not publish it. Ask another process owner to do so.")
            )
        described = reads.described(package.pk)
        _refuse_faults(described)
        _refuse_differences(cases.play_all(described))
        _make_way(package, actor, via, at)
        package.published_at = at or clock.now()
        package.publisher_id = publisher
        _move(package, "published", "published_at", "publisher")
        event = ModelPublished(model=package.name, number=package.number, digest=package.digest)
        _log(package, event, actor, via, at)
    return package


def retire(
    package: Package,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Package:
    """Let no new record work by this version; running ones go on with it."""
    with transaction.atomic():
        package = _in_state(package, version, ("published",), "retire_model", actor)
        _retire(package, actor, via, at)
    return package


def install_shipped(*, actor: Who = SYSTEM, via: str = "process") -> list[Package]:
    """Put the models that come with the product into force; returns those that are new.

    A version already known stays as it is. Where people published a model of their own under the
    same name, the shipped one is only tested and waits for them.
    """
    rows = Package.objects.values_list("name", "number", "digest")
    known = {(name, number): digest for name, number, digest in rows}
    made = []
    for content in packages.shipped():
        name, number = packages.named(content)
        if (name, number) not in known:
            made.append(_install(content, actor, via))
        elif known[name, number] != packages.digest(content):
            log.warning("%s %s is installed with other content; it stays as it is", name, number)
    return made


def _install(content: Content, actor: Who, via: str) -> Package:
    with transaction.atomic():
        package = prove(draft(content, actor=actor, via=via), actor=actor, via=via)
        own = Package.objects.filter(name=package.name, state="published")
        if own.exclude(author=None).exists():
            return package
        return publish(package, actor=actor, via=via)


def _in_state(
    package: Package, version: int | None, states: tuple[str, ...], verb: str, actor: Who
) -> Package:
    package = claim(package, version)
    require(actor, verb, package)
    if package.state not in states:
        raise Refused(N_("This does not fit: the model is %(state)s."), state=package.state)
    return package


def _refuse_faults(described: Described) -> None:
    faults: Sequence[Problem] = packages.faults(described)
    if faults:
        raise Refused(
            N_("The element “%(element)s” stands against it: %(reason)s. (%(found)s in all)"),
            field="process.bpmn", element=faults[0].element, reason=faults[0].reason,
            found=len(faults),
        )  # fmt: skip


def _refuse_differences(found: list[str]) -> None:
    if found:
        raise Refused(
            N_("A golden history comes out otherwise: %(difference)s."),
            field="cases", difference=found[0],
        )  # fmt: skip


def _make_way(package: Package, actor: Who, via: str, at: datetime | None) -> None:
    before = Package.objects.select_for_update().filter(name=package.name, state="published")
    for old in before:
        _retire(old, actor, via, at)


def _retire(package: Package, actor: Who, via: str, at: datetime | None) -> None:
    _move(package, "retired")
    _log(package, ModelRetired(model=package.name, number=package.number), actor, via, at)


def _move(package: Package, state: str, *also: str) -> None:
    package.state = state
    package.version += 1
    package.save(update_fields=["state", "version", *also])


def _log(package: Package, event: Event, actor: Who, via: str, at: datetime | None) -> None:
    append(
        event,
        actor=actor_of(actor),
        entity_id=package.pk,
        via=via,
        at=at,
        object_version=package.version,
    )
