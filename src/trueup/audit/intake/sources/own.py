"""Our own form: tables of the evidence schema as <table>.csv, UTF-8, the columns as headings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

import duckdb
import pyarrow as pa

from trueup.audit.intake.convert import Converted, Settings
from trueup.audit.intake.reading import FILE_STEP, LINE, Rejected, Sheet, combined
from trueup.core import evidence

NAME = "trueup"
SQL = {"int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "date": "DATE",
       "money": "DECIMAL(18,4)"}  # fmt: skip


def table_of(sheet: Sheet) -> str | None:
    """The evidence table a file holds: by its name and at least half of its required columns."""
    name = PurePosixPath(sheet.file.name.removesuffix(".gz")).stem.lower()
    table = evidence.TABLES.get(name)
    if table is None:
        return None
    required = [c.name for c in table.columns if c.required]
    known = [h for h in sheet.headings if table.has(h)]
    return name if known and all(c in sheet.headings for c in required[:1]) else None


def convert(sheets: list[Sheet], settings: Settings) -> Converted:
    """Each file becomes its table; rows and cells that do not fit are told."""
    tables: dict[str, pa.Table] = {}
    rejected: list[Rejected] = []
    ignored: dict[str, str] = {}
    read = used = merged = 0
    by_table: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        by_table.setdefault(table_of(sheet) or "", []).append(sheet)
    for name, same in sorted(by_table.items()):
        whole = combined(same)
        rows, wrong, doubled = _table(whole, name)
        read += sum(sheet.read for sheet in same)
        used += rows.num_rows
        merged += doubled + whole.merged
        rejected += [*whole.rejected, *(_placed(r, same) for r in wrong)]
        tables[name] = rows
        unknown = [h for h in whole.headings if not evidence.TABLES[name].has(h)]
        ignored |= {f"{name}.{h}": "not in the evidence schema" for h in unknown}
    whole_rows = {(r.file, r.line) for r in rejected if r.code in ("required", "cells", "key")}
    notes = {"rejected_wrong_type": len(whole_rows), "mode": "own tables"}
    return Converted(
        NAME, tables, _latest(tables), read, used, merged, rejected, notes, {}, ignored
    )


def _placed(one: Rejected, sheets: list[Sheet]) -> Rejected:
    """A rejection with the file it is about and the line there."""
    place, line = divmod(one.line, FILE_STEP)
    return replace(one, file=sheets[place].file.name, line=line)


def _table(sheet: Sheet, name: str) -> tuple[pa.Table, list[Rejected], int]:
    """The rows in their types; `LINE` numbers them, as tables of money have a column "line"."""
    table = evidence.TABLES[name]
    con = duckdb.connect(config={"autoinstall_known_extensions": False})
    con.execute("SET TimeZone = 'UTC'")
    con.register("source", sheet.rows)
    columns = [c for c in table.columns if c.name in sheet.headings]
    picks = ", ".join(f'{_cast(c)} AS "{c.name}"' for c in columns)
    con.execute(f"CREATE TEMP TABLE typed AS SELECT {picks}, {LINE} FROM source")
    rejected = [r for c in columns for r in _wrong(con, sheet, name, c)]
    absent = [c.name for c in table.columns if c.required and c.name not in sheet.headings]
    must = [c.name for c in columns if c.required]
    broken = " OR ".join(f'"{c}" IS NULL' for c in must) or "false"
    why = "a required value is missing"
    if absent:
        broken = "true"
        why = f"the file has no column {', '.join(absent)}, which every row needs"
    told = {r.line for r in rejected if r.code == "required"}
    for (line,) in con.execute(f"SELECT {LINE} FROM typed WHERE {broken} ORDER BY 1").fetchall():
        if line not in told:
            rejected.append(Rejected(sheet.file.name, line, "", "", "required", why, ""))
    con.execute(f"DELETE FROM typed WHERE {broken}")
    doubled = _merge(con, sheet, table, columns, rejected)
    names = ", ".join(f'"{c.name}"' for c in columns)
    rows = con.sql(f"SELECT {names} FROM typed ORDER BY {LINE}").to_arrow_table()
    return rows, rejected, doubled


def _cast(column: evidence.Column) -> str:
    cell = f'trim("{column.name}")'
    if column.values:
        quoted = ", ".join(f"'{value}'" for value in column.values)
        return f"CASE WHEN lower({cell}) IN ({quoted}) THEN lower({cell}) END"
    if column.type == "time":
        read = f"TRY_CAST({cell} AS TIMESTAMPTZ)"
        return f"CASE WHEN year({read}) BETWEEN 1900 AND 2200 THEN {read} END"
    if column.type == "date":
        read = f"TRY_CAST(substr({cell}, 1, 10) AS DATE)"
        return f"CASE WHEN year({read}) BETWEEN 1900 AND 9998 THEN {read} END"
    if column.type in SQL:
        return f"TRY_CAST({cell} AS {SQL[column.type]})"
    return cell


def _wrong(
    con: duckdb.DuckDBPyConnection, sheet: Sheet, name: str, column: evidence.Column
) -> list[Rejected]:
    """Cells that hold something which is not of the column's type or closed list."""
    found = con.execute(
        f'SELECT s.{LINE}, s."{column.name}" FROM source s JOIN typed t ON t.{LINE} = s.{LINE} '
        f'WHERE s."{column.name}" IS NOT NULL AND t."{column.name}" IS NULL ORDER BY 1'
    ).fetchall()
    code = "required" if column.required else "cell"
    kind = " or ".join(column.values) if column.values else column.type
    return [
        Rejected(sheet.file.name, line, "", f"{name}.{column.name}", code,
                 f"is not {kind}", str(raw)[:500])
        for line, raw in found
    ]  # fmt: skip


def _merge(
    con: duckdb.DuckDBPyConnection,
    sheet: Sheet,
    table: evidence.Table,
    columns: list[evidence.Column],
    rejected: list[Rejected],
) -> int:
    """Exact doubles are merged and counted; a second row with the same id is rejected."""
    names = ", ".join(f'"{c.name}"' for c in columns)
    before = con.execute("SELECT count(*) FROM typed").fetchall()
    con.execute(
        f"DELETE FROM typed WHERE {LINE} NOT IN (SELECT min({LINE}) FROM typed GROUP BY {names})"
    )
    after = con.execute("SELECT count(*) FROM typed").fetchall()
    if table.key in (("id",), ("seq",)):
        key = table.key[0]
        again = con.execute(
            f'SELECT {LINE}, "{key}" FROM typed WHERE {LINE} NOT IN '
            f'(SELECT min({LINE}) FROM typed GROUP BY "{key}") ORDER BY 1'
        ).fetchall()
        for line, value in again:
            why = f"the {key} {value} stands in an earlier row with other values"
            rejected.append(
                Rejected(sheet.file.name, line, str(value), key, "key", why, str(value))
            )
        con.execute(
            f"DELETE FROM typed WHERE {LINE} NOT IN "
            f'(SELECT min({LINE}) FROM typed GROUP BY "{key}")'
        )
    return int(before[0][0]) - int(after[0][0])


def _latest(tables: dict[str, pa.Table]) -> datetime | None:
    """The latest instant recorded in the work tables."""
    newest: datetime | None = None
    for name, columns in (("event", ("at_recorded",)), ("message", ("at",)),
                          ("record", ("opened_at", "resolved_at", "closed_at"))):  # fmt: skip
        for column in columns:
            if name in tables and column in tables[name].column_names:
                values = [v for v in tables[name][column].to_pylist() if v is not None]
                newest = max([*values, *([newest] if newest else [])], default=None)
    return newest
