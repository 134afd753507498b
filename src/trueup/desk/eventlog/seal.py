"""The sealer: gives written events their gapless place, the chain and the tree; signs heads.

Only one sealer works at a time: the second finds the lock taken and leaves. An event that
commits late simply gets a later place, since its queue row came in the same transaction.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from trueup.desk.eventlog import merkle, notes
from trueup.desk.eventlog.canonical import chain_hash
from trueup.desk.eventlog.models import Checkpoint, EventPending, EventSeal, SealState

LOCK = 0x7472_7565_7570
EVERY = 1000
AGE = timedelta(seconds=60)


def seal_pending(limit: int = 5000) -> int:
    """Seal up to `limit` waiting events in the order of their numbers; return how many.

    After each 1,000 sealed events a checkpoint follows at once.
    """
    if not EventPending.objects.exists():
        return 0
    with transaction.atomic():
        if not _alone():
            return 0
        sealed = _seal(limit)
    if sealed and _due_by_size():
        checkpoint()
    return sealed


def _alone() -> bool:
    """Take the sealer's lock until the end of the transaction (SQLite: the writer's lock)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _seal(limit: int) -> int:
    waiting = list(
        EventPending.objects.order_by("event_id").values_list("event_id", "leaf")[:limit]
    )
    if not waiting:
        return 0
    state, _ = SealState.objects.select_for_update().get_or_create(pk=1)
    frontier: list[str] = json.loads(state.frontier)
    rows: list[EventSeal] = []
    for event_id, leaf in waiting:
        merkle.add(frontier, state.size, leaf)
        state.size += 1
        state.chain = chain_hash(state.chain, leaf)
        rows.append(EventSeal(seq=state.size, event_id=event_id, chain=state.chain))
    EventSeal.objects.bulk_create(rows, batch_size=300)
    state.frontier = json.dumps(frontier)
    state.save()
    _take_from_queue([event_id for event_id, _ in waiting])
    return len(rows)


def _take_from_queue(ids: list[int]) -> None:
    for at in range(0, len(ids), 500):
        EventPending.objects.filter(event_id__in=ids[at : at + 500]).delete()


def _due_by_size() -> bool:
    last = Checkpoint.objects.order_by("-size").first()
    return SealState.objects.get(pk=1).size - (last.size if last else 0) >= EVERY


def checkpoint() -> int | None:
    """Sign the present head if it is new, and copy what is missing to the outside file.

    Returns the size signed, or None where nothing was new. A file that cannot be written raises
    OSError; the next call makes good for it.
    """
    with transaction.atomic():
        made = _sign() if _alone() else None
    _export()
    return made


def _sign() -> int | None:
    state = SealState.objects.select_for_update().filter(pk=1).first()
    if state is None or Checkpoint.objects.filter(size=state.size).exists():
        return None
    now = timezone.now()
    root = merkle.root(json.loads(state.frontier))
    note, key = notes.sign(notes.head(state.size, root, state.chain, now))
    Checkpoint.objects.create(size=state.size, root=root, at_utc=now, key_id=key, note=note)
    return state.size


def _export() -> None:
    kept = set(notes.outside())
    new = Checkpoint.objects.order_by("size").values_list("note", flat=True)
    missing = [note for note in new if note not in kept]
    if missing:
        notes.copy_outside(missing)


def exposed() -> int:
    """How many events no checkpoint covers yet, sealed or not."""
    last = Checkpoint.objects.order_by("-size").first()
    state = SealState.objects.filter(pk=1).first()
    sealed = (state.size if state else 0) - (last.size if last else 0)
    return sealed + EventPending.objects.count()
