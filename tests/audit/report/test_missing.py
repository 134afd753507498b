"""`missing` names columns of the schema, whatever a pack lacks (contract; method, 3.0)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.audit.golden.packs import START, make
from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.context import Context
from trueup.audit.decide import Bounds
from trueup.audit.declare import Answer, Check, Measure, Probe
from trueup.audit.detecting import Grading, detect
from trueup.audit.evidence.packs import Pack, TableInfo
from trueup.audit.judging import Blocks, judge
from trueup.audit.parameters import defaults
from trueup.audit.rows import check_row, measure_row
from trueup.audit.run import Options, _context, run
from trueup.core import evidence

ALL: dict[str, Check | Measure] = {**all_measures(), **all_checks()}
SHAPE = re.compile(r"[a-z_]+\.[a-z_0-9]+")


VALUES: dict[str, object] = {
    "str": "x", "int": 1, "float": 1.0, "bool": True, "date": date(2026, 1, 1), "time": START,
    "money": Decimal(1), "json": "{}",
}  # fmt: skip


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """One row of every table, every column filled."""
    tables: dict[str, Any] = {
        name: [{c.name: c.values[0] if c.values else VALUES[c.type] for c in table.columns}]
        for name, table in evidence.TABLES.items()
    }
    return make(tmp_path_factory.mktemp("whole"), **tables)


@pytest.fixture(scope="module")
def ctx(pack: Pack) -> Context:
    return _context(pack, Options(strict=True), defaults())


def _without(ctx: Context, table: str, column: str = "") -> Context:
    """The context over the same pack without a table, or without one column of it."""
    pack = ctx.pack
    tables = dict(pack.tables)
    info = tables.pop(table)
    if column:
        physical = {name: how for name, how in info.physical.items() if name != column}
        tables[table] = TableInfo(info.rows, info.columns - {column}, info.files, physical)
    fresh: Any = {
        kept: {k: v for k, v in getattr(pack, kept).items() if k != table}
        for kept in ("_present", "_faults", "_unusable")
    }
    less = replace(pack, tables=tables, **fresh)
    return replace(ctx, pack=less, _kept={}, answers={})


def _row(ctx: Context, asked: Check | Measure) -> tuple[str, list[str]]:
    """The light or result of one row and what it names as missing."""
    raw = ctx.answer(asked.id)
    gaps = ctx.missing(*asked.tables, *asked.needs)
    if isinstance(asked, Check):
        assert not isinstance(raw, Answer)
        row = check_row(detect(asked, raw, gaps, None, False, Grading()), {}, {}, True)
        return row["result"], row["missing"]
    assert not isinstance(raw, Probe)
    row = measure_row(judge(asked, raw, gaps, Bounds(None, None), Blocks(), False))
    return row["light"], row["missing"]


def _proper(missing: list[str]) -> Iterator[str]:
    for name in missing:
        table, _, column = name.partition(".")
        if not SHAPE.fullmatch(name) or not evidence.TABLES[table].has(column):
            yield name
    if len(set(missing)) < len(missing):
        yield "twice"


def test_each_required_table_that_is_missing_is_named_by_its_columns(ctx: Context) -> None:
    wrong = []
    for table in sorted({name for asked in ALL.values() for name in asked.tables}):
        less = _without(ctx, table)
        for asked in ALL.values():
            if table not in asked.tables:
                continue
            result, missing = _row(less, asked)
            named = [name for name in missing if name.startswith(f"{table}.")]
            if result != "not_enough_evidence" or not named or [*_proper(missing)]:
                wrong.append((asked.id, table, result, missing))
    assert wrong == []


def test_each_needed_column_that_is_missing_is_named(ctx: Context) -> None:
    wrong = []
    for name in sorted({name for asked in ALL.values() for name in asked.needs}):
        less = _without(ctx, *name.split("."))
        for asked in ALL.values():
            if name not in asked.needs:
                continue
            result, missing = _row(less, asked)
            if result != "not_enough_evidence" or missing != [name]:
                wrong.append((asked.id, name, result, missing))
    assert wrong == []


def test_a_table_without_a_required_column_is_not_recorded(ctx: Context) -> None:
    """No row of it can be used: everything that needs the table names that column."""
    wrong = []
    for table in sorted({name for asked in ALL.values() for name in asked.tables}):
        lacking = [column.name for column in evidence.TABLES[table].columns if column.required]
        for column in lacking:
            less = _without(ctx, table, column)
            name = f"{table}.{column}"
            one = next(asked for asked in ALL.values() if table in asked.tables)
            if _row(less, one) != ("not_enough_evidence", [name]):
                wrong.append((one.id, name, _row(less, one)))
    assert wrong == []


def test_rows_without_a_required_value_leave_a_table_not_recorded(
    pack: Pack, tmp_path: Path
) -> None:
    """The same through the door: every amount is empty, so no cost is recorded."""
    shutil.copytree(pack.folder, tmp_path / "pack")
    for path in (tmp_path / "pack").glob("cost*"):
        table = pq.read_table(path)
        place = table.column_names.index("amount")
        empty = pa.nulls(table.num_rows, table.schema.field("amount").type)
        pq.write_table(table.set_column(place, "amount", empty), path)
    result = run(Pack.open(tmp_path / "pack"), Options(only=frozenset({"MB-06", "F04", "MB-01"})))
    assert result.measure("MB-06")["missing"] == ["cost.amount"]
    assert result.measure("MB-06")["light"] == "not_enough_evidence"
    assert result.measure("MB-01")["missing"] == ["cost.amount"]
    assert result.check("F04")["missing"] == ["cost.amount"]


def test_an_empty_pack_names_columns_only(tmp_path: Path) -> None:
    one = {"id": "R1", "kind": "incident", "state": "open", "opened_at": START}
    data = run(make(tmp_path, record=[one]), Options(strict=True)).data
    rows = [*data["measures"], *data["checks"]]
    assert [(r["id"], [*_proper(r["missing"])]) for r in rows if [*_proper(r["missing"])]] == []
    assert sum(bool(r["missing"]) for r in rows) > 100
