"""Who and what the demonstration organisation has; names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.evidence.packs import schema_of
from trueup.core import evidence

Array = np.ndarray[Any, Any]

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
FIRST, LAST = date(2025, 7, 1), date(2026, 6, 30)
BEGAN = np.datetime64("2025-04-01T00:00:00", "us")
ENDS = np.datetime64("2026-07-01T00:00:00", "us")
MONTHS = [date(2024 + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(24)]

SERVICES = (
    ("mail", "Mail and calendar", 2, "collaboration"),
    ("erp", "ERP", 1, "erp"),
    ("partnerlink", "PartnerLink data exchange", 1, "exchange"),
    ("network", "Network", 1, "network"),
    ("workplace", "Workplace", 3, "workplace"),
    ("shop", "Web shop", 2, "commerce"),
    ("storage", "File storage", 3, "storage"),
    ("print", "Printing", 4, "print"),
)
CUSTOMERS = (
    "Hafenbetriebe", "Lagerhaus Nord", "Elbe Spedition", "Kontor West", "Werft Ost",
    "Bahnlogistik", "Frischedienst", "Seezoll", "Verwaltung", "Fuhrpark",
)  # fmt: skip
TEAMS = ("Service Desk", "Applications", "Network", "Platform")
LEVELS = {"Service Desk": 1, "Applications": 2, "Network": 2, "Platform": 3}
CATEGORIES = ("access", "error", "slow", "how to", "hardware", "data")
UNHAPPY = "Hafenbetriebe"


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of the desk by team, and the customers' people."""

    by_team: dict[str, list[str]]
    requesters: dict[str, list[str]]

    @property
    def all(self) -> list[str]:
        """Everybody who works at the desk."""
        return [person for team in TEAMS for person in self.by_team[team]]


def staff() -> Staff:
    """24 technicians in four teams, 30 requesters for each customer."""
    return Staff(
        {team: [f"{team[:3].lower()}-{i:02d}" for i in range(1, 7)] for team in TEAMS},
        {name: [f"{name.split()[0].lower()}-{i:02d}" for i in range(1, 31)] for name in CUSTOMERS},
    )


def made(table: str, /, **columns: Any) -> pa.Table:
    """An evidence table from columns (arrays, lists, or one value for every row)."""
    schema = schema_of(table)
    n = max(len(v) for v in columns.values() if isinstance(v, list | tuple | np.ndarray))
    kept = [c.name for c in evidence.TABLES[table].columns if c.name in columns]
    assert len(kept) == len(columns), set(columns) - set(kept)
    return pa.table({c: _column(columns[c], schema.field(c).type, n) for c in kept})


def only(mask: Array, values: Any) -> Array:
    """The values where `mask` holds, None elsewhere."""
    out = np.full(len(mask), None, dtype=object)
    out[mask] = np.broadcast_to(np.asarray(values, dtype=object), len(mask))[mask]
    return out


def _column(value: Any, kind: pa.DataType, n: int) -> Any:
    values = value if isinstance(value, list | tuple | np.ndarray) else [value] * n
    if isinstance(values, np.ndarray) and values.dtype.kind == "M" and pa.types.is_timestamp(kind):
        return pa.array(values.astype("datetime64[us]")).cast(kind)
    if pa.types.is_decimal(kind):
        floats = [None if v is None or v != v else f"{float(v):.4f}" for v in values]
        return pa.array(floats, pa.string()).cast(kind)
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        column = pa.array(values, mask=np.isnan(values.astype(float)))
        return column.cast(kind)
    return pa.array(list(values), kind)


def rows(name: str, entries: list[dict[str, Any]]) -> pa.Table:
    """An evidence table from mappings."""
    columns = list(dict.fromkeys(key for entry in entries for key in entry))
    return made(name, **{c: [entry.get(c) for entry in entries] for c in columns})
