"""The version of the process model that each case started with, where the log names it.

A log names it by an event of the record with ``field`` = ``model_version``: its `new` is the
version; where such an event has an `old` it tells of a migration, and a case that has no earlier
one started with the `old`. A case is judged by the version it started with (process models, 1.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.relations import record_events

FIELD = "model_version"
NUMBER = re.compile(r'^number\s*=\s*"?([\w.]+)"?\s*$', re.MULTILINE)


def named(ctx: Context) -> bool:
    """Whether the log names a version anywhere."""

    def look(ctx: Context) -> bool:
        if not ctx.has("event.field"):
            return False
        return bool(ctx.one(_told(ctx).agg(n=ibis._.count()))["n"])

    return bool(ctx.value("model_versions_named", look))


def _told(ctx: Context) -> Any:
    events = record_events(ctx)
    return events.filter(
        (events["field"] == FIELD) & (events["old"].notnull() | events["new"].notnull())
    )


def versions(ctx: Context) -> Any:
    """Columns record, version: that of the start of each case whose log names one."""
    told = _told(ctx)
    order = ibis.window(group_by="record", order_by=["at_occurred", "seq"])
    first = told.mutate(place=ibis.row_number().over(order)).filter(ibis._.place == 0)
    return first.select("record", version=first["old"].coalesce(first["new"]))


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a drawing is of: its name (a kind of record, often) and version; "" where not said."""

    file: str
    name: str
    number: str

    def is_of(self, version: str) -> bool:
        """Whether a version as a log names it is this drawing's: ``2``, ``incident 2`` …"""
        told = version.strip().lower()
        name = self.name.lower()
        return told in (self.number, *(f"{name}{mark}{self.number}" for mark in (" ", "/", "@")))


def drawn(model: Path) -> Drawn:
    """Name and version of a drawing: ``change@2.bpmn``, else the `number` of a model.toml beside.

    A file of another name in a folder is named after the folder.
    """
    name, _, number = model.stem.partition("@")
    beside = model.parent / "model.toml"
    if not number and beside.is_file():
        found = NUMBER.search(beside.read_text("utf-8", "replace"))
        number = found[1] if found else ""
    return Drawn(model.name, name, number.lower())
