"""What a source gives back, and the one place where its tables become a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from trueup.audit.intake.opening import Opened
from trueup.audit.intake.reading import Rejected, Sheet


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
    """The tables of several conversions as one set; event positions run on without a gap."""
    out: dict[str, pa.Table] = {}
    for part in parts:
        for name, rows in part.tables.items():
            out[name] = (
                pa.concat_tables([out[name], rows], promote_options="default")
                if name in out
                else rows
            )
    if "event" in out and len(parts) > 1:
        events = out["event"].sort_by([("at_recorded", "ascending"), ("entity_id", "ascending"), ("seq", "ascending")])  # fmt: skip  # noqa: E501
        position = events.schema.get_field_index("seq")
        seq = pa.array(range(1, events.num_rows + 1), pa.int64())
        out["event"] = events.set_column(position, "seq", seq)
    return out
