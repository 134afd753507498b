"""What a source gives back, and the one place where its tables become a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.intake.opening import Opened
from trueup.audit.intake.reading import Rejected, Sheet
from trueup.core.refusals import Refused
from trueup.core.words import N_


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may say about an import."""

    zone: str = "UTC"
    zone_stated: bool = False
    keep_names: bool = False
    texts: bool = False
    organisation: str = ""
    currency: str = "EUR"
    period: tuple[date, date] | None = None
    as_of: datetime | None = None
    mapping: Any = None
    as_source: str = ""
    name_key: str = ""


@dataclass(slots=True)
class Converted:
    """The tables made from one or several files, and what there is to tell about them."""

    source: str
    tables: dict[str, pa.Table]
    latest: datetime | None
    rows_read: int
    rows_used: int
    rows_merged: int
    rejected: list[Rejected] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    columns_used: dict[str, str] = field(default_factory=dict)
    columns_ignored: dict[str, str] = field(default_factory=dict)


Source = Sheet | Opened


def utc(at: datetime) -> datetime:
    """An instant with its zone: naive ones are UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def merged(parts: list[Converted]) -> dict[str, pa.Table]:
    """The tables of several conversions as one set; event positions run on without a gap.

    Of rows with the same id the first part's stands.

    Raises Refused where the same record number stands in two systems.
    """
    _refuse_collisions(parts)
    out: dict[str, pa.Table] = {}
    for part in parts:
        for name, rows in part.tables.items():
            before = out.get(name)
            if before is not None and "id" in rows.column_names:
                rows = rows.filter(pc.invert(pc.is_in(rows["id"], value_set=before["id"])))
            if name == "event" and before is not None:
                rows = _untold(before, rows)
            out[name] = (
                rows if before is None
                else pa.concat_tables([before, rows], promote_options="permissive")
            )  # fmt: skip
    if "event" in out and len(parts) > 1:
        events = out["event"].sort_by([("at_recorded", "ascending"), ("entity_id", "ascending"), ("seq", "ascending")])  # fmt: skip  # noqa: E501
        position = events.schema.get_field_index("seq")
        seq = pa.array(range(1, events.num_rows + 1), pa.int64())
        out["event"] = events.set_column(position, "seq", seq)
    return out


def _untold(before: pa.Table, rows: pa.Table) -> pa.Table:
    """Events of a weaker part only where a stronger one tells nothing of that kind."""
    told = pa.array(_kinds(before)).unique()
    return rows.filter(pc.invert(pc.is_in(pa.array(_kinds(rows)), value_set=told)))


def _kinds(events: pa.Table) -> list[str]:
    ids, activities = events["entity_id"].to_pylist(), events["activity"].to_pylist()
    return [f"{id}|{activity}" for id, activity in zip(ids, activities, strict=True)]


def _refuse_collisions(parts: list[Converted]) -> None:
    with_records = [p for p in parts if "record" in p.tables]
    for place, one in enumerate(with_records):
        for other in with_records[place + 1 :]:
            mine, theirs = one.tables["record"]["id"], other.tables["record"]["id"]
            both = sorted(mine.filter(pc.is_in(mine, value_set=theirs)).to_pylist())
            systems = [{family(s) for s in p.source.split(" + ")} for p in (one, other)]
            if both and (systems[0] != systems[1] or "xes" in systems[0]):
                raise collision(len(both), both[0], one.source, other.source)


def family(name: str) -> str:
    """The system that a source is about: ``servicenow`` of ``servicenow.incident``."""
    return name.lower().replace(" ", ".").split(".", 1)[0]


def collision(n: int, id: str, a: str, b: str) -> Refused:
    """Numbers of two systems that cannot be told apart."""
    return Refused(
        N_(
            "%(n)s numbers, for example %(id)s, stand in the files of %(a)s and of %(b)s. They may "
            "mean different things: audit the two apart, or put a prefix before the numbers of one "
            "with a mapping (id = { join = [\"'B-'\", \"Number\"] })."
        ),
        n=n, id=id, a=a, b=b,
    )  # fmt: skip
