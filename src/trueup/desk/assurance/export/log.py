"""The event log as the evidence table `event`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from trueup.audit.evidence.packs import schema_of
from trueup.desk.eventlog import reads
from trueup.desk.eventlog.canonical import START
from trueup.desk.eventlog.models import EventPrivate, EventSeal

BATCH = 5000
PLAIN = ("entity", "entity_id", "activity", "actor_kind", "via")
EXACT = ("at_occurred", "at_recorded", "leaf")
MORE = ("name", "actor", "private_commit", "public_json")
READ = ("seq", "chain", "event_id", *(f"event__{name}" for name in (*PLAIN, *EXACT, *MORE)))
TOLD = ("field", "old", "new", "reason", "waiting_for")
WAITS = ("customer", "supplier", "approval", "change", "problem", "internal", "other")


def head() -> tuple[int, str] | None:
    """Position and chain of the last sealed event."""
    return EventSeal.objects.order_by("-seq").values_list("seq", "chain").first()


def table(until: int, *, texts: bool) -> pa.Table:
    """All sealed events up to a position.

    Private words come along only with `texts`.
    """
    schema = schema_of("event")
    holding: dict[str, tuple[Any, Any]] = {}
    batches, before = [], START
    for rows in _batches(until):
        private = _private(rows) if texts else {}
        made = []
        for row in rows:
            made.append(_row(row, private.get(row["event_id"], {}), before, holding))
            before = row["chain"]
        batches.append(pa.RecordBatch.from_pylist(made, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _batches(until: int) -> Iterator[list[dict[str, Any]]]:
    after = 0
    while after < until:
        found = EventSeal.objects.filter(seq__gt=after, seq__lte=until).order_by("seq")
        rows = list(found.values(*READ)[:BATCH])
        if not rows:
            return
        yield rows
        after = rows[-1]["seq"]


def _row(
    row: Mapping[str, Any],
    private: Mapping[str, Any],
    before: str,
    holding: dict[str, tuple[Any, Any]],
) -> dict[str, Any]:
    payload = json.loads(row["event__public_json"]) | private
    plain = {name: payload.get(name) for name in TOLD}
    told = reads.with_version(row["event__name"], plain, payload)
    team, level = _holding(row, payload, holding)
    waits = told["waiting_for"]
    return {
        "seq": row["seq"],
        **{name: row[f"event__{name}"] for name in (*PLAIN, *EXACT)},
        "source_activity": row["event__name"],
        "actor": row["event__actor"] or None,
        **{name: _text(value) for name, value in told.items()},
        "waiting_for": waits if waits in WAITS else None,
        "team": _text(team),
        "level": level if isinstance(level, int) else None,
        "prev_hash": before,
        "hash": row["chain"],
    }


def _holding(
    row: Mapping[str, Any], payload: Mapping[str, Any], holding: dict[str, tuple[Any, Any]]
) -> tuple[Any, Any]:
    """Team and level of a thing after an event; what it does not say stays as it was."""
    key = f"{row['event__entity']}:{row['event__entity_id']}"
    team, level = holding.get(key, (None, None))
    held = payload.get("team", team), payload.get("level", level)
    if held != (None, None):
        holding[key] = held
    return held


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _private(rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """The private words of a batch, those that were not erased."""
    commits = {row["event_id"]: row["event__private_commit"] for row in rows}
    asked = [key for key, commit in commits.items() if commit]
    held = EventPrivate.objects.select_related("key").filter(event_id__in=asked)
    return {one.pk: reads.private_of(one, commits[one.pk]) for one in held}
