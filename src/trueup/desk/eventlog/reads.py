"""Reading the log: by thing, by position, and as rows of the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from trueup.core.events.processes import ProcessStarted
from trueup.desk.eventlog import clock, keys
from trueup.desk.eventlog.canonical import START
from trueup.desk.eventlog.models import DataKey, Event, EventPrivate, EventSeal

TOLD = ("field", "old", "new", "reason", "team", "level", "waiting_for")
BATCH = 2000


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it stands in the log; `seq` is None until it is sealed.

    `payload` holds public and, where asked for and not erased, private fields.
    """

    id: int
    seq: int | None
    kind: str
    entity: str
    entity_id: str
    activity: str
    name: str
    actor_kind: str
    actor: str
    on_behalf_of: str
    via: str
    at_occurred: datetime
    at_recorded: datetime
    object_version: int | None
    payload: dict[str, Any]


def events_of(entity: str, entity_id: str | UUID, *, private: bool = False) -> list[StoredEvent]:
    """What happened to a thing, oldest first; private fields only where asked for.

    The caller has asked `may` before: this room knows no people.
    """
    rows = _events(private).filter(entity=entity, entity_id=str(entity_id)).order_by("id")
    return [stored(row, private=private) for row in rows]


def head() -> int:
    """The last sealed position; 0 for an empty log."""
    last = EventSeal.objects.order_by("-seq").values_list("seq", flat=True).first()
    return last or 0


def sealed_after(seq: int, limit: int = 500, *, private: bool = True) -> list[StoredEvent]:
    """The sealed events after a position, in order."""
    rows = _events(private).filter(seal__seq__gt=seq).order_by("seal__seq")[:limit]
    return [stored(row, private=private) for row in rows]


def _events(private: bool) -> QuerySet[Event]:
    clock.settle()
    related = ("seal", "private__key") if private else ("seal",)
    return Event.objects.select_related(*related)


def stored(row: Event, *, private: bool) -> StoredEvent:
    """A row as plain values."""
    seal: EventSeal | None = getattr(row, "seal", None)
    payload: dict[str, Any] = json.loads(row.public_json)
    if private:
        payload |= private_of(getattr(row, "private", None), row.private_commit)
    return StoredEvent(
        row.pk,
        seal.seq if seal else None,
        row.kind,
        row.entity,
        row.entity_id,
        row.activity,
        row.name,
        row.actor_kind,
        row.actor,
        row.on_behalf_of,
        row.via,
        row.at_occurred,
        row.at_recorded,
        row.object_version,
        payload,
    )


def private_of(row: EventPrivate | None, commit: str) -> dict[str, Any]:
    """The private fields of an event; nothing where there are none or they were erased."""
    if row is None:
        return {}
    found: dict[str, Any] = json.loads(private_bytes(row, commit))
    return found


def private_bytes(row: EventPrivate, commit: str) -> bytes:
    """The private text as it was committed; InvalidTag where it was changed."""
    key: DataKey = row.key
    return keys.decrypt(keys.unwrap(key), bytes(row.blob), commit.encode())


def with_version(name: str, told: dict[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of an event; the start of a process names the version of its model.

    Conformance judges a record by the version that it began with (process models, 1.4).
    """
    if name != ProcessStarted.name:
        return told
    version = f"{payload.get('model')} {payload.get('number')}"
    return {**told, "field": "model_version", "new": version}


def evidence(
    after: int = 0, until: int | None = None, *, private: bool = True
) -> Iterator[dict[str, Any]]:
    """Rows of the evidence table `event` after a position up to another, in order."""
    last = head() if until is None else until
    before = _chain_at(after)
    while after < last:
        rows = _events(private).filter(seal__seq__gt=after, seal__seq__lte=last)
        batch = list(rows.order_by("seal__seq")[:BATCH])
        if not batch:
            return
        for row in batch:
            yield _evidence(row, before, private)
            before = row.seal.chain
        after = batch[-1].seal.seq


def _chain_at(seq: int) -> str:
    found = EventSeal.objects.filter(seq=seq).values_list("chain", flat=True).first()
    return found or START


def _evidence(row: Event, before: str, private: bool) -> dict[str, Any]:
    event = stored(row, private=private)
    told = with_version(event.name, {name: event.payload.get(name) for name in TOLD}, event.payload)
    level = told.pop("level")
    return {
        "seq": event.seq,
        "entity": event.entity,
        "entity_id": event.entity_id,
        "activity": event.activity,
        "source_activity": event.name,
        **{name: None if value is None else str(value) for name, value in told.items()},
        "level": level,
        "actor": event.actor or None,
        "actor_kind": event.actor_kind,
        "via": event.via,
        "at_occurred": event.at_occurred,
        "at_recorded": event.at_recorded,
        "leaf": row.leaf,
        "prev_hash": before,
        "hash": row.seal.chain,
    }
