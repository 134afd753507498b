"""The ids of all rows of a pack, read from the head of the schema and from nothing else.

"The id of a row without "id" is its required columns joined by "|" in the order below"; instants
are UTC in ISO 8601.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import duckdb

from trueup.audit.evidence.packs import Pack
from trueup.core import evidence


def rows_of(pack: Pack, table: str) -> set[str]:
    """Every id of one table of a pack."""
    columns = evidence.TABLES[table].columns
    required = [c.name for c in columns if c.required]
    own = "id" in required
    wanted = ["id"] if own else required
    maybe = not own and any(c.name == "id" for c in columns)
    found = set()
    with duckdb.connect() as con:
        names = ", ".join([*wanted, "id"] if maybe else wanted)
        rows = con.execute(f"SELECT {names} FROM ({pack.relation_sql(table)})").fetchall()
    for row in rows:
        if maybe and row[-1] is not None:
            found.add(str(row[-1]))
        else:
            found.add("|".join(_text(value) for value in row[: len(wanted)]))
    return found


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return f"{naive.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
