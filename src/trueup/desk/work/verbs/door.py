"""The one way every verb of a record goes: claim, permission, lifecycle row, rows, events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from trueup.core.actors import Actor
from trueup.core.events import Event
from trueup.core.lifecycles import BEFORE, Lifecycle, Step, load
from trueup.core.refusals import Conflict, FieldClash, Refused
from trueup.core.words import N_
from trueup.desk.base.access import (
    NOT_YOURS,
    NotAllowed,
    Viewer,
    Who,
    actor_of,
    require,
    viewer_of,
)
from trueup.desk.base.locking import STALE, claim
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.reads import events_of
from trueup.desk.eventlog.verbs import append
from trueup.desk.work import process
from trueup.desk.work.models import Record
from trueup.desk.work.policy import SYSTEM_PARTS
from trueup.desk.work.words import MUST, NOT_NOW

SLACK = timedelta(minutes=5)


@dataclass
class Act:
    """One verb under way: the claimed record, its lifecycle row, and what shall be written."""

    record: Record
    verb: str
    step: Step
    actor: Who
    via: str
    now: datetime
    changed: set[str] = field(default_factory=set)
    events: list[tuple[Event, UUID | None]] = field(default_factory=list)

    @property
    def life(self) -> Lifecycle:
        """The lifecycle of the record's kind."""
        return load(self.record.kind)

    @property
    def person(self) -> UUID | None:
        """Who acts, where it is somebody; the one acted for, where there is one."""
        who = actor_of(self.actor)
        return who.on_behalf_of or who.person

    @property
    def system(self) -> bool:
        """Whether nobody acts but the desk itself."""
        return actor_of(self.actor).kind == "system"

    @property
    def looks(self) -> Viewer | None:
        """The one who acts, with grants; None for the desk itself."""
        if isinstance(self.actor, Viewer):
            return self.actor
        return viewer_of(self.actor.person) if self.actor.person else None

    def need(self, **given: object) -> None:
        """Refuse where an input that the lifecycle row asks for is empty."""
        for name in self.step.must:
            if name in given and _empty(given[name]):
                raise Refused(MUST[name], field=name)

    def set(self, **values: object) -> None:
        """Give fields of the record other values."""
        for name, value in values.items():
            if getattr(self.record, name) != value:
                setattr(self.record, name, value)
                self.changed.add(name)

    def move(self) -> None:
        """Go to the next state of the lifecycle row."""
        goes = self.step.next
        if goes == BEFORE:
            goes = self.record.back_to
        self.set(state=goes, evidence=self.life.evidence(goes))

    def log(self, event: Event, about: UUID | None = None) -> None:
        """Write this down when the verb is done; `about` is whose key keeps private fields."""
        self.events.append((event, about))

    def done(self) -> Record:
        """Save the record, write the events and tell the process."""
        record = self.record
        if not self.events:
            return record
        self.set(touched_at=max(record.touched_at, self.now))
        record.version += 1
        record.save(update_fields=["version", *self.changed])
        write(record, self.events, self.actor, self.via, self.now)
        process.offer(record, self.verb, actor=self.actor, at=self.now)
        return record


@contextmanager
def acting(
    record: Record,
    verb: str,
    actor: Who,
    via: str,
    version: int | None,
    at: datetime | None,
) -> Iterator[Act]:
    """A verb on a record, in one transaction; nothing is written where the body refuses."""
    with transaction.atomic():
        act = begin(record, verb, actor, via, version, at)
        yield act
        act.done()


def begin(
    record: Record, verb: str, actor: Who, via: str, version: int | None, at: datetime | None
) -> Act:
    """The record as it stands now, locked; permission and lifecycle row are asked."""
    fresh = claim(record, None)
    require(actor, verb, fresh)
    if version is not None and fresh.version != version:
        raise Conflict(STALE, fields=_since(fresh, version))
    step = load(fresh.kind).step(fresh.state, verb)
    if step is None:
        raise not_now(fresh)
    if actor_of(actor).kind == "system" and not SYSTEM_PARTS & set(step.who):
        raise NotAllowed(NOT_YOURS, verb=verb)
    return Act(fresh, verb, step, actor, via, moment(at, fresh.opened_at))


def moment(at: datetime | None, earliest: datetime | None = None) -> datetime:
    """When it happened: now, or as said, but neither in the future nor before the record."""
    now = clock.now()
    if at is None:
        return now
    if at > now + SLACK:
        raise Refused(N_("That lies in the future. Write it down when it has happened."))
    if earliest is not None and at < earliest:
        raise Refused(N_("That lies before the record was opened."))
    return at


def not_now(record: Record) -> Refused:
    """Why a verb does not fit the state of a record, and what would help."""
    life = load(record.kind)
    return Refused(NOT_NOW[record.evidence], state=life.labels("technician", record.state))


def write(
    record: Record,
    events: list[tuple[Event, UUID | None]],
    actor: Who,
    via: str,
    now: datetime,
) -> None:
    """Append events of a record in the order in which they were told."""
    who: Actor = actor_of(actor)
    for event, about in events:
        append(
            event,
            actor=who,
            entity_id=record.pk,
            via=via,
            at=now,
            object_version=record.version,
            about=about,
        )


def _empty(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, str) and not value.strip())


def _since(record: Record, version: int) -> tuple[FieldClash, ...]:
    """What others changed after a version, field by field, as far as it is public."""
    told: dict[str, FieldClash] = {}
    for event in events_of("record", record.pk):
        if (event.object_version or 0) <= version:
            continue
        name = str(event.payload.get("field") or event.activity)
        old, new = event.payload.get("old"), event.payload.get("new")
        was = told[name].was if name in told else _text(old)
        told[name] = FieldClash(name, was, _text(new) or event.activity, "")
    return tuple(told.values())


def _text(value: object) -> str:
    return "" if value is None else str(value)
