"""Cells to values, decided per column and never per cell: dates, yes and no, numbers, words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%m-%d-%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
)
TRUE = ("true", "yes", "y", "1", "on", "x", "oui", "vrai", "ja", "wahr", "sí")
FALSE = ("false", "no", "n", "0", "off", "non", "faux", "nein", "falsch")


@dataclass(frozen=True, slots=True)
class DateShape:
    """How the dates of a file are written, with the cell that proves the reading."""

    format: str
    proof: str
    assumed: bool = False


def date_shape(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> DateShape | None:
    """The one shape that all date columns of a file share (imports.md 4.3).

    A reading is proved where the other one cannot read some cell; otherwise it is `assumed` when
    it breaks the order opened, resolved, closed less often. None where no shape fits.
    """
    union = " UNION ALL ".join(f'SELECT "{c}" AS v FROM {table}' for c in columns)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE dates AS SELECT v, count(*) AS n "
        f"FROM ({union}) WHERE v IS NOT NULL GROUP BY v"
    )
    total = _one(con, "SELECT coalesce(sum(n), 0) FROM dates")
    if not total:
        return None
    fits = []
    for shape in _possible(con):
        read = f"try_strptime(v, '{shape}') IS NOT NULL"
        good = _one(con, f"SELECT coalesce(sum(n) FILTER (WHERE {read}), 0) FROM dates")
        fits.append((good, shape))
    best = max((good for good, _ in fits), default=0)
    if best < 0.9 * total:
        return None
    tied = [shape for good, shape in fits if good == best]
    shape = tied[0]
    other = _other_reading(shape)
    if other in tied:
        return DateShape(shape, "", assumed=True)
    if other is None:
        return DateShape(shape, "")
    proof = con.execute(
        f"SELECT min(v) FROM dates WHERE try_strptime(v, '{other}') IS NULL "
        f"AND try_strptime(v, '{shape}') IS NOT NULL"
    ).fetchone()
    return DateShape(shape, str(proof[0]) if proof and proof[0] else "")


def _possible(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The shapes that read any cell of a sample; the others are not tried on the whole file."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE few AS SELECT v FROM dates ORDER BY hash(v) LIMIT 5000"
    )
    return [
        shape
        for shape in FORMATS
        if _one(con, f"SELECT count(try_strptime(v, '{shape}')) FROM few")
    ]


def _other_reading(shape: str) -> str | None:
    """The same shape with day and month exchanged, where it has both at the start."""
    for a, b in (("%d/%m", "%m/%d"), ("%d-%m", "%m-%d")):
        if shape.startswith(a):
            return shape.replace(a, b)
        if shape.startswith(b):
            return shape.replace(b, a)
    return None


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def instant_sql(column: str, shape: str) -> str:
    """SQL that reads a cell as an instant; placeholder dates (before 1990, 9999) become null."""
    read = f"try_strptime({column}, '{shape}')"
    return f"CASE WHEN year({read}) BETWEEN 1990 AND 2100 THEN {read} END"


def yes_sql(column: str) -> str:
    """SQL that reads a cell as yes or no; other words become null."""
    quoted = ", ".join(f"'{word}'" for word in TRUE)
    contrary = ", ".join(f"'{word}'" for word in FALSE)
    cell = f"lower(trim({column}))"
    return f"CASE WHEN {cell} IN ({quoted}) THEN true WHEN {cell} IN ({contrary}) THEN false END"


def leading_int_sql(column: str) -> str:
    """SQL that reads the leading integer of a label such as ``3 - Moderate``."""
    return f"TRY_CAST(regexp_extract({column}, '^\\s*(-?[0-9]+)', 1) AS BIGINT)"


def pseudonyms(names: list[str], key: bytes) -> dict[str, str]:
    """A keyed hash for each name: the same name, the same id; no name can be read back."""
    told = {name: " ".join(name.split()) for name in names}
    return {n: hashlib.sha256((key.hex() + t).encode()).hexdigest()[:16] for n, t in told.items()}


def pseudonym_table(con: duckdb.DuckDBPyConnection, sql: str, key: bytes, keep: bool) -> None:
    """Make a table ``people(name, id)`` from a query of names."""
    names = [str(row[0]) for row in con.execute(sql).fetchall() if row[0] is not None]
    ids = {name: name for name in names} if keep else pseudonyms(names, key)
    table: Any = pa.table(
        {
            "name": pa.array(list(ids.keys()), pa.string()),
            "id": pa.array(list(ids.values()), pa.string()),
        }
    )
    con.register("people_rows", table)
    con.execute("CREATE OR REPLACE TEMP TABLE people AS SELECT * FROM people_rows")
    con.unregister("people_rows")
