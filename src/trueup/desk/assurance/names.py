"""From ids in a result back to the desk's own things: what they are called and where they are.

Packs and results hold ids only. A page shows labels in their place, and only those of things that
the reader may see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from trueup.desk.assurance.models import Finding
from trueup.desk.assurance.reads import Named
from trueup.desk.assurance.words import in_language
from trueup.desk.base import access
from trueup.desk.base.access import Who
from trueup.desk.base.models import Attachment, Customer, Person, Subject, Team
from trueup.desk.eventlog.models import EventSeal
from trueup.desk.feedback.models import Survey
from trueup.desk.services.models import Agreement, Service, Target
from trueup.desk.work.models import Approval, Message, Record

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
KINDS: dict[str, type[Model]] = {
    "customer": Customer,
    "person": Person,
    "team": Team,
    "service": Service,
    "agreement": Agreement,
    "target": Target,
    "finding": Finding,
}
ON_RECORD = ("record", "target_result", "worklog", "change", "problem", "release", "complaint_step")
HELD: dict[str, tuple[type[Model], str]] = {
    "message": (Message, "record_id"),
    "approval": (Approval, "record_id"),
    "survey": (Survey, "record_id"),
    "attachment": (Attachment, "subject_id"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """What a thing is called; `kind` and `key` say where its page is."""

    kind: str
    key: UUID
    text: str
    title: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One exception as a page shows it; without a label it is not the reader's to see."""

    table: str
    id: str
    why: str
    label: Label | None = None


def labels(who: Who, ids: Iterable[str]) -> dict[str, Label]:
    """The labels of those things behind the ids that this person may see."""
    keys = {UUID(one) for one in ids if ID.fullmatch(one)}
    by_kind: dict[str, list[UUID]] = {}
    for key, kind in _in_pieces(keys):
        by_kind.setdefault(kind if kind in KINDS else "record", []).append(key)
    found: dict[str, Label] = {}
    for kind, mine in by_kind.items():
        found |= _records(who, mine) if kind == "record" else _plain(who, kind, mine)
    return found


def _in_pieces(keys: Iterable[UUID]) -> Iterable[tuple[UUID, str]]:
    listed = sorted(keys)
    for at in range(0, len(listed), 500):
        piece = Subject.objects.filter(pk__in=listed[at : at + 500])
        yield from piece.values_list("pk", "kind")


def _records(who: Who, keys: Sequence[UUID]) -> dict[str, Label]:
    found = access.visible(who, Record.objects.filter(pk__in=keys))
    rows = found.values_list("pk", "number", "title", "opened_at")
    return {str(key): Label("record", key, number, title, at) for key, number, title, at in rows}


def _plain(who: Who, kind: str, keys: Sequence[UUID]) -> dict[str, Label]:
    seen = access.visible(who, KINDS[kind]._default_manager.filter(pk__in=keys)).values("pk")
    rows = Subject.objects.filter(pk__in=seen).values_list("pk", "label")
    return {str(key): Label(kind, key, label) for key, label in rows}


class Names:
    """Replaces ids by labels in the texts of some parts of a result."""

    def __init__(self, who: Who, *parts: object) -> None:
        said = json.dumps(parts, default=str)
        self._labels = labels(who, set(ID.findall(said)))

    def of(self, key: str) -> Label | None:
        """The label of an id, if the reader may see the thing."""
        return self._labels.get(key)

    def say(self, text: str, quoted: Callable[[str], str] = str) -> str:
        """A text in the reader's language with labels in place of ids.

        An unknown id is cut to its beginning.

        `quoted` makes a label fit for the text, where that is markup.
        """
        return ID.sub(lambda found: quoted(self._word(found[0])), in_language(text))

    def _word(self, key: str) -> str:
        label = self._labels.get(key)
        return label.text if label else f"{key[:8]}…"


def shown(who: Who, rows: Sequence[Named]) -> list[Shown]:
    """Exceptions with the desk's own things behind them; a handful of queries for a page."""
    owners = {row: _owner(row) for row in rows}
    for table, (model, column) in HELD.items():
        mine = [row for row in rows if row.table == table and ID.fullmatch(row.id)]
        held = dict(_held(model, column, [row.id for row in mine]))
        owners |= {row: held.get(row.id, "") for row in mine}
    positions = {row: row.id.split("|")[0] for row in rows if row.table == "event"}
    things = _things([int(seq) for seq in positions.values() if seq.isdecimal()])
    owners |= {row: things.get(seq, "") for row, seq in positions.items()}
    known = labels(who, {owner for owner in owners.values() if owner})
    return [_shown(row, owners[row], known) for row in rows]


def _shown(row: Named, owner: str, known: Mapping[str, Label]) -> Shown:
    """Why it counts may quote the thing, so it is told only to those who may see that."""
    hidden = bool(ID.fullmatch(owner)) and owner not in known
    return Shown(row.table, row.id, "" if hidden else row.why, known.get(owner))


def _owner(row: Named) -> str:
    """The id of the thing a row belongs to, where the row itself says it."""
    if row.table in ON_RECORD or row.table in KINDS:
        return row.id.split("|")[0]
    return ""


def _held(model: type[Model], column: str, ids: list[str]) -> Iterable[tuple[str, str]]:
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", column) if ids else ()
    return ((str(key), str(owner)) for key, owner in rows)


def _things(positions: list[int]) -> Mapping[str, str]:
    if not positions:
        return {}
    rows: Any = EventSeal.objects.filter(seq__in=positions).values_list("seq", "event__entity_id")
    return {str(seq): str(entity) for seq, entity in rows}
