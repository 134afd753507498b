"""Foreign Parquet brought to the schema's types and rules while it is read, in the engine.

A required value that is missing or of the wrong type takes its row out; an optional one becomes
empty. Both are counted in one scan of the columns concerned and can be written to a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from trueup.core import evidence

SQL = {
    "str": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
    "money": "DECIMAL(18,4)",
    "json": "VARCHAR",
}
ARROW: dict[str, pa.DataType] = {
    "str": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
    "money": pa.decimal128(18, 4),
    "json": pa.string(),
}


@dataclass(frozen=True, slots=True)
class Physical:
    """How one column lies in the files: its type, and its nulls where the files tell them."""

    type: pa.DataType | None
    nulls: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """One column of one table with values that the schema does not allow."""

    table: str
    column: str
    rows: int
    required: bool

    @property
    def reason(self) -> str:
        """What is wrong, in words."""
        column = evidence.TABLES[self.table].column(self.column)
        kind = " or ".join(column.values) if column.values else column.type
        return f"no value of the kind {kind}"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def source_sql(files: Iterable[Path]) -> str:
    """The files of a table as one relation; columns are matched by name."""
    names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{names}], union_by_name=true)"


def typed_sql(column: evidence.Column, physical: Physical) -> str:
    """The column's value in the schema's type; null where it has no such value."""
    name = quoted(column.name)
    kind = SQL[column.type]
    found = physical.type
    if column.type == "int" and found is not None and pa.types.is_floating(found):
        typed = f"CASE WHEN {name} = floor({name}) THEN TRY_CAST({name} AS BIGINT) END"
    elif column.type == "float" and found is not None and pa.types.is_floating(found):
        typed = f"CASE WHEN isfinite({name}) THEN TRY_CAST({name} AS DOUBLE) END"
    elif column.type == "time" and found is not None and _in_microseconds(found):
        # The same as the cast in UTC, without asking the calendar for every value.
        plain = f"make_timestamp(epoch_us({name}))"
        typed = f"CASE WHEN isfinite({name}) THEN {plain} ELSE TRY_CAST({name} AS {kind}) END"
    else:
        typed = f"TRY_CAST({name} AS {kind})"
    if column.values:
        words = ", ".join(f"'{word}'" for word in column.values)
        return f"CASE WHEN {typed} IN ({words}) THEN {typed} END"
    return typed


def _in_microseconds(found: pa.DataType) -> bool:
    """Whether a type is an instant in microseconds with a zone."""
    return bool(pa.types.is_timestamp(found)) and found.unit == "us" and found.tz is not None


def surely_typed(column: evidence.Column, physical: Physical) -> bool:
    """Whether the physical type alone guarantees that every value fits."""
    found = physical.type
    if column.values or found is None:
        return False
    if pa.types.is_dictionary(found):
        found = found.value_type
    if column.type in ("str", "json"):
        return True
    if column.type == "time":
        return bool(pa.types.is_timestamp(found))
    if column.type == "int":
        return bool(pa.types.is_integer(found)) and found != pa.uint64()
    if column.type == "float":
        return bool(pa.types.is_integer(found))
    return bool(found == ARROW[column.type])


def relation_sql(
    table: evidence.Table,
    files: tuple[Path, ...],
    physical: Mapping[str, Physical],
    faults: Iterable[Fault],
) -> str:
    """A SELECT with every column of the schema, typed; rows without a required value left out."""
    picks = []
    for column in table.columns:
        if column.name in physical:
            value = _plain_or_typed(column, physical[column.name])
        else:
            value = f"CAST(NULL AS {SQL[column.type]})"
        picks.append(f"{value} AS {quoted(column.name)}")
    broken = [f.column for f in faults if f.required]
    where = " AND ".join(
        f"({typed_sql(table.column(name), physical[name])}) IS NOT NULL"
        if name in physical
        else "false"
        for name in broken
    )
    source = source_sql(files)
    return f"SELECT {', '.join(picks)} FROM {source}" + (f" WHERE {where}" if where else "")  # noqa: S608


def _plain_or_typed(column: evidence.Column, physical: Physical) -> str:
    """The name alone where no cast is needed, so that the reader can skip row groups."""
    same = physical.type == ARROW[column.type] and not column.values
    if same and column.type != "time" and column.type != "float":
        return quoted(column.name)
    return typed_sql(column, physical)


def faults_of(
    table: evidence.Table, files: tuple[Path, ...], physical: Mapping[str, Physical]
) -> list[Fault]:
    """Columns with values that do not fit, counted in one scan of the doubtful columns."""
    asks: list[tuple[evidence.Column, str]] = []
    for column in table.columns:
        how = physical.get(column.name)
        if how is None:
            continue
        sure = surely_typed(column, how)
        typed = typed_sql(column, how)
        if column.required and not (sure and how.nulls == 0):
            asks.append((column, f"({typed}) IS NULL"))
        elif not column.required and not sure:
            asks.append((column, f"{quoted(column.name)} IS NOT NULL AND ({typed}) IS NULL"))
    if not asks:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for _, test in asks)
    with connection() as con:
        got = con.execute(f"SELECT {counts} FROM {source_sql(files)}").fetchone()  # noqa: S608
    return [
        Fault(table.name, column.name, n, column.required)
        for (column, _), n in zip(asks, got or (), strict=True)
        if n
    ]


def write_faults(
    path: Path,
    table: evidence.Table,
    files: tuple[Path, ...],
    physical: Mapping[str, Physical],
    faults: Iterable[Fault],
) -> None:
    """Append each wrong value to a CSV file: table, key, column, reason and the raw value."""
    key = " || '|' || ".join(
        f"coalesce(CAST({quoted(k)} AS VARCHAR), '')" for k in table.key if k in physical
    )
    for fault in faults:
        column = table.column(fault.column)
        typed = typed_sql(column, physical[column.name])
        raw = f"CAST({quoted(column.name)} AS VARCHAR)"
        test = f"({typed}) IS NULL" + ("" if column.required else f" AND {raw} IS NOT NULL")
        code = "required" if column.required else "cell"
        with connection() as con:
            rows = con.execute(
                f"SELECT {key or 'NULL'}, left({raw}, 500) FROM {source_sql(files)} "  # noqa: S608
                f"WHERE {test} ORDER BY 1, 2"
            )
            told = (table.name, column.name, code, fault.reason)
            _append(path, rows, told)


def _append(path: Path, rows: duckdb.DuckDBPyConnection, told: tuple[str, str, str, str]) -> None:
    name, column, code, reason = told
    with path.open("a", encoding="utf-8", newline="") as out:
        while piece := rows.fetchmany(10_000):
            out.writelines(_line(name, key, column, code, reason, raw) for key, raw in piece)


def _line(*cells: object) -> str:
    texts = ["" if cell is None else str(cell) for cell in cells]
    safe = [("'" + text) if text[:1] in ("=", "+", "-", "@") else text for text in texts]
    return ",".join('"' + text.replace('"', '""') + '"' for text in safe) + "\n"


def connection() -> duckdb.DuckDBPyConnection:
    """A private engine in UTC that loads nothing from outside."""
    con = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    con.execute("SET TimeZone = 'UTC'")
    return con
