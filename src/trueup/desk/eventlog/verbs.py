"""Writing to the log: one way in, inside the transaction of the change itself."""

from __future__ import annotations

import secrets
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
    """Write an event in the running transaction and return its number.

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
    row = Event.objects.create(**columns, leaf=leaf_hash(columns))
    if private:
        owner = about or actor.on_behalf_of or actor.person
        _keep_private(row, owner, salt, private)
    EventPending.objects.create(event=row, leaf=row.leaf)
    return row.pk


def _split(event: CoreEvent) -> tuple[bytes, bytes]:
    """The payload as canonical bytes: public, and private (empty where nothing private is said)."""
    values = {name: plain(value) for name, value in event.payload().items()}
    private = {name: values.pop(name) for name in sorted(event.private & values.keys())}
    said = any(value not in (None, "", []) for value in private.values())
    return canonical(values), canonical(private) if said else b""


def _keep_private(row: Event, owner: UUID | None, salt: bytes, text: bytes) -> None:
    """Encrypt under the owner's key; what belongs to nobody, under the key of the thing itself."""
    name = owner_of(owner) if owner else f"{row.entity}:{row.entity_id}"
    key_id, key = keys.data_key(name)
    blob = keys.encrypt(key, text, row.private_commit.encode())
    EventPrivate.objects.create(event=row, key_id=key_id, salt=salt, blob=blob)


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
