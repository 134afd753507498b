"""What a mapping says of a file beyond its cells: event columns, its place, why a cell fails."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath

from trueup.audit.intake.cells import Cells
from trueup.audit.intake.mapping import EventsMap, Mapping
from trueup.core import evidence

TEXTS = ("title", "description", "text")  # kept out unless texts = true


def event_columns(events: EventsMap | None) -> Iterator[tuple[str, str]]:
    """The headings that a mapping's events read, with what they give."""
    if events is None:
        return
    for name in ("record", "at", "recorded", "actor", "field", "old", "new", "until", "order",
                 "activity"):  # fmt: skip
        yield from ((heading, f"event ({name})") for heading in getattr(events, name))
    for activity, headings in events.actors.items():
        yield from ((heading, f"event ({activity}: actor)") for heading in headings)
    for extra in events.extra:
        for part in ("at", "actor", "team"):
            told = extra.get(part, ())
            for heading in [told] if isinstance(told, str) else told:
                yield str(heading), f"event ({extra.get('activity')})"


def holds_rows(mapping: Mapping, file: str) -> bool:
    """Whether a file holds the records of its mapping, and not only their history."""
    events = mapping.events
    return not (events and events.file and fnmatch(PurePosixPath(file).name, events.file))


def why_not(column: evidence.Column, words: bool, cell: object) -> str:
    """Why a cell is no value of its column."""
    if cell is None:
        return "a required value is missing"
    if words:
        return "a word that is not known"
    if column.type in ("time", "date"):
        return "no date, or a placeholder such as 1900-01-01"
    return f"is not {column.type}"


def ignored_why(mapping: Mapping, cells: Cells, heading: str) -> str:
    """Why a column was not used."""
    specs = [(name, spec) for table in mapping.tables for name, spec in table.columns.items()]
    if any(n in TEXTS and cells.heading(s.get("from", ())) == heading for n, s in specs):
        return "a text: kept out unless a mapping says texts = true"
    return "no place in the evidence"
