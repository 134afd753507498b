"""Customers, services and teams taken out of the evidence, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from trueup.audit.evidence.normal import connection, quoted
from trueup.audit.whatif.draft import Draft
from trueup.core.evidence import TABLES

OWN = {"customers": "customer", "services": "service"}
TEAM_TABLES = ("record", "worklog", "underpinning", "capacity", "cost", "survey")
SEALS = ("leaf", "prev_hash", "hash")
PASSES = 5
# References that are emptied instead of taking their row along: links between records.
LINKS = {
    "record": ("parent", "problem", "caused_by_change"),
    "problem": ("fix_change",),
    "outage": ("record",),
}


def leave_out(draft: Draft, names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Take the named things out; how many rows left each table."""
    with connection() as con:
        con.execute("CREATE TABLE gone (entity VARCHAR, id VARCHAR)")
        for kind, many in names.items():
            entity = OWN.get(kind, "team")
            con.executemany("INSERT INTO gone VALUES (?, ?)", [[entity, each] for each in many])
        held = [name for name in TABLES if draft.has(name)]
        for name in held:
            con.register(f"t_{name}", draft.table(name))
        _spread(con, draft, held)
        left = {name: n for name in held if (n := _filter(con, draft, name))}
    if "event" in left:
        _renumber(draft)
    return left


def _spread(con: duckdb.DuckDBPyConnection, draft: Draft, held: list[str]) -> None:
    """Add the ids of rows that hang on what is gone, until nothing more is found."""
    for _ in range(PASSES):
        before = _size(con)
        for name in held:
            if "id" not in draft.columns(name):
                continue
            con.execute(
                f"INSERT INTO gone SELECT ?, id FROM t_{name} WHERE ({_test(draft, name)}) "  # noqa: S608
                "AND id NOT IN (SELECT id FROM gone WHERE entity = ?)",
                [name, name],
            )
        if _size(con) == before:
            return


def _size(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT count(*) FROM gone").fetchall()[0][0])


def _test(draft: Draft, name: str) -> str:
    return " OR ".join(_tests(draft, name)) or "false"


def _tests(draft: Draft, name: str) -> Iterator[str]:
    columns = draft.columns(name)
    if name in OWN.values():
        yield _among("id", name)
    for column in TABLES[name].columns:
        linked = column.name in LINKS.get(name, ())
        if column.ref and column.ref != "person" and column.name in columns and not linked:
            yield _among(column.name, column.ref)
    if name in TEAM_TABLES and "team" in columns:
        yield _among("team", "team")
    if {"entity", "entity_id"} <= set(columns):
        yield "(entity, entity_id) IN (SELECT (entity, id) FROM gone)"
    if name == "relation":
        yield _among("parent", "service")
        yield _among("child", "service")


def _among(column: str, entity: str) -> str:
    return f"coalesce({quoted(column)} IN (SELECT id FROM gone WHERE entity = '{entity}'), false)"  # noqa: S608


def _filter(con: duckdb.DuckDBPyConnection, draft: Draft, name: str) -> int:
    """Take the rows out of one table and empty links to what is gone."""
    table = draft.table(name)
    picks = ", ".join(_pick(draft, name, column) for column in table.column_names)
    sql = f"SELECT {picks} FROM t_{name} WHERE NOT ({_test(draft, name)})"  # noqa: S608
    kept = con.sql(sql).to_arrow_table().cast(table.schema)
    if kept.num_rows == table.num_rows:
        return 0
    draft.replace(name, kept)
    return int(table.num_rows - kept.num_rows)


def _pick(draft: Draft, name: str, column: str) -> str:
    if column not in LINKS.get(name, ()):
        return quoted(column)
    test = _among(column, str(TABLES[name].column(column).ref))
    return f"CASE WHEN NOT {test} THEN {quoted(column)} END AS {quoted(column)}"


def _renumber(draft: Draft) -> None:
    """Give what is left of the log gapless numbers; its seals hold no more and are left out."""
    events = draft.table("event").sort_by([("seq", "ascending")])
    seq: Any = pa.array(range(1, events.num_rows + 1), pa.int64())
    events = events.set_column(events.column_names.index("seq"), "seq", seq)
    draft.replace("event", events.drop([c for c in SEALS if c in events.column_names]))
    draft.sealed = False
    if draft.has("checkpoint"):
        draft.put("checkpoint", [], ["size", "root", "at"])
