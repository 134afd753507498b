"""Comparing a record with what its events alone make of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from trueup.desk.eventlog.reads import events_of
from trueup.desk.work.models import Record
from trueup.desk.work.replay import INDEX, replay

LEFT_OUT = ("subject", *INDEX)


def row_of(record: Record) -> dict[str, Any]:
    """The columns of the stored record; rows it points at by their id."""
    fresh = Record.objects.get(pk=record.pk)
    columns = [field for field in Record._meta.concrete_fields if not field.generated]
    values = {field.name: getattr(fresh, field.attname) for field in columns}
    kept = {name: value for name, value in values.items() if name not in LEFT_OUT}
    return {name: str(v) if isinstance(v, UUID) else v for name, v in kept.items()}


def assert_replays(record: Record) -> None:
    """Events suffice."""
    assert replay(events_of("record", record.pk, private=True)) == row_of(record)
