"""Writing to the log: one way in, inside the transaction of the change itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from trueup.core.actors import Actor
from trueup.core.events import Event as CoreEvent
from trueup.core.events import area_name
from trueup.core.events.subject import Erased
from trueup.core.refusals import Broken
from trueup.core.words import N_
from trueup.desk.eventlog import clock, keys
from trueup.desk.eventlog.canonical import canonical, commitment, leaf_hash, plain
from trueup.desk.eventlog.models import DataKey, Event, EventPending, EventPrivate


def append(
    event: CoreEvent,
    *,
    actor: Actor,
    entity_id: str | UUID,
    via: str,
    at: datetime | None = None,
    object_version: int | None = None,
    request_id: str = "",
    about: UUID | None = None,
) -> int:
    """Write an event in the running transaction and return its number (0 where it gets it later).

    `at` is when it happened, if not now; `about` the person whose key keeps the private fields
    (default: the one acted for, else the actor). Broken outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise Broken(N_("The change and its entry in the log must be written together."))
    public, private = _split(event)
    salt = secrets.token_bytes(16) if private else b""
    now = clock.now()
    columns: dict[str, object] = {
        "kind": area_name(type(event)),
        "entity": event.entity,
        "entity_id": str(entity_id),
        "activity": event.activity,
        "name": event.name,
        "actor_kind": actor.kind,
        "actor": str(actor.person or ""),
        "on_behalf_of": str(actor.on_behalf_of or ""),
        "via": via,
        "at_occurred": at or now,
        "at_recorded": now,
        "object_version": object_version,
        "request_id": request_id,
        "public_json": public.decode(),
        "private_commit": commitment(salt, private) if private else "",
    }
    row = Event(**columns, leaf=leaf_hash(columns))
    owner = about or actor.on_behalf_of or actor.person
    text = _private(row, owner, salt, private) if private else None
    past = clock.past()
    if past is not None:
        past.keep((row, text))
        return 0
    _write([(row, text)])
    return row.pk


@contextmanager
def playing() -> Iterator[Callable[[datetime], None]]:
    """Play a demo's history: yields what sets its clock. Broken outside a demo being loaded."""
    with clock.playing(_write) as set_clock:
        yield set_clock


def _write(rows: list[clock.Row]) -> None:
    """Write events in their order, with their private texts and their place in the queue."""
    if len(rows) == 1:
        rows[0][0].save(force_insert=True)
    else:
        Event.objects.bulk_create([row for row, _ in rows])
    EventPrivate.objects.bulk_create([_of(text, row) for row, text in rows if text is not None])
    EventPending.objects.bulk_create([EventPending(event=row, leaf=row.leaf) for row, _ in rows])


def _of(text: EventPrivate, row: Event) -> EventPrivate:
    """A private text of an event that has its number now."""
    text.event = row
    return text


def _split(event: CoreEvent) -> tuple[bytes, bytes]:
    """The payload as canonical bytes: public, and private (empty where nothing private is said)."""
    values = {name: plain(value) for name, value in event.payload().items()}
    private = {name: values.pop(name) for name in sorted(event.private & values.keys())}
    said = any(value not in (None, "", []) for value in private.values())
    return canonical(values), canonical(private) if said else b""


def _private(row: Event, owner: UUID | None, salt: bytes, text: bytes) -> EventPrivate:
    """Encrypted under the owner's key; what belongs to nobody, under that of the thing itself."""
    name = owner_of(owner) if owner else f"{row.entity}:{row.entity_id}"
    past = clock.past()
    kept = past.keys if past is not None else {}
    if name not in kept:
        kept[name] = keys.data_key(name)
    key_id, key = kept[name]
    blob = keys.encrypt(key, text, row.private_commit.encode())
    return EventPrivate(key_id=key_id, salt=salt, blob=blob)


def owner_of(person: UUID) -> str:
    """The name under which a person's data key is kept."""
    return f"person:{person}"


def erase(person: UUID, actor: Actor, reason: str, *, via: str = "web") -> int:
    """Destroy a person's key and private texts for ever; return how many texts went.

    The chain stays valid, since it holds only salted digests. Copies in backups end with the
    backups' own keys; texts about the person written under other people's keys stay.
    """
    with transaction.atomic():
        key = DataKey.objects.select_for_update().filter(owner=owner_of(person)).first()
        gone = 0
        if key:
            gone, _ = EventPrivate.objects.filter(key=key).delete()
            key.delete()
        append(Erased(texts=gone, reason_code=reason), actor=actor, entity_id=person, via=via)
    return gone
