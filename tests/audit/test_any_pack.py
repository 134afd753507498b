"""Packs of others, as odd as they come: every run ends with a valid result, never with an error."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.audit.report.contract import faults
from trueup.audit.evidence.packs import Pack, PackDamaged
from trueup.audit.report.html import page
from trueup.audit.run import Options, run
from trueup.core import evidence

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
# Seeds that once found a fault, and a few more; a shrinker would take minutes a failure.
SEEDS = (1, 2, 5, 7, 14, 16, 23, 42)
IDS = 6


def written(folder: Path, tables: dict[str, pa.Table], /, **changes: Any) -> Path:
    """A pack as another program may write it: plain files, a manifest that may lack things."""
    told = {
        "format": "trueup-evidence/1", "organisation": "Fremd", "currency": "EUR",
        "timezone": "Europe/Berlin", "as_of": "2026-07-01T00:00:00Z",
        "period": {"from": "2025-07-01", "to": "2026-06-30"}, "tables": {}, "sources": [],
        "log_head": None, "appetite": None, "previous": None,
    } | changes  # fmt: skip
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    return folder


def judged(folder: Path) -> dict[str, Any]:
    """The result of a run that may not fail; also as a page."""
    result = run(Pack.open(folder), Options(strict=True))
    assert faults(result.data) == []
    assert page(result).startswith("<!doctype html>")
    return result.data


def value(column: evidence.Column, rng: np.random.Generator, n: int) -> list[Any]:
    """Values of a column: mostly sound, small key spaces so that tables join, some extremes."""
    pick = rng.integers(0, IDS, n)
    if column.values:
        return [column.values[int(i) % len(column.values)] for i in rng.integers(0, 99, n)]
    if column.type == "str":
        return [f"{column.ref or column.name}{i}" for i in pick]
    if column.type in ("int", "float"):
        most = 5 if column.name in ("priority", "level", "csat", "impact", "urgency") else 400
        numbers = rng.integers(0, most + 1, n) - (most == 400) * 20
        return [float(v) if column.type == "float" else int(v) for v in numbers]
    if column.type == "bool":
        return [bool(v) for v in rng.random(n) < 0.5]
    if column.type == "money":
        return [Decimal(f"{v:.4f}") for v in rng.normal(900, 2500, n)]
    if column.type == "json":
        return ['{"mon": [["08:00", "18:00"]]}' if column.name == "week" else "[]"] * n
    days = rng.integers(0, 800, n)
    if column.type == "date":
        first = column.name == "month"
        at = [date(2024, 9, 1) + timedelta(days=int(d)) for d in days]
        return [d.replace(day=1) if first else d for d in at]
    return [AS_OF - timedelta(days=int(d), minutes=int(m)) for d, m in
            zip(days, rng.integers(0, 1400, n), strict=True)]  # fmt: skip


def table(spec: evidence.Table, rng: np.random.Generator, n: int) -> pa.Table:
    """Random rows; optional columns may be absent, empty, or hold nulls here and there."""
    columns: dict[str, Any] = {}
    for column in spec.columns:
        fate = rng.random()
        if not column.required and fate < 0.25:
            continue
        if spec.key in (("id",), ("seq",)) and column.name in spec.key:
            columns[column.name] = (
                list(range(1, n + 1)) if column.name == "seq"
                else [f"{spec.name}{i}" for i in range(n)]
            )  # fmt: skip
            continue
        values = value(column, rng, n)
        if not column.required:
            share = 1.0 if fate < 0.3 else 0.2
            values = [None if rng.random() < share else v for v in values]
        columns[column.name] = values
    return pa.table({name: dressed(v, rng) for name, v in columns.items()})


def dressed(values: list[Any], rng: np.random.Generator) -> pa.Array:
    """The values in one of the dresses that foreign programs give them."""
    array = pa.array(values)
    dress = rng.integers(0, 4)
    if pa.types.is_string(array.type) and dress == 0:
        return array.dictionary_encode()
    if pa.types.is_string(array.type) and dress == 1:
        return array.cast(pa.large_string())
    if pa.types.is_timestamp(array.type) and dress == 0:
        return array.cast(pa.timestamp("us"))
    if pa.types.is_timestamp(array.type) and dress == 1:
        return array.cast(pa.timestamp("ms", "UTC"), safe=False)
    if pa.types.is_integer(array.type) and dress == 0:
        return array.cast(pa.float64())
    if pa.types.is_boolean(array.type) and dress == 0:
        return array.cast(pa.int64())
    if pa.types.is_decimal(array.type) and dress == 0:
        return array.cast(pa.float64())
    return array


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_pack_gives_a_valid_result(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [name for name in evidence.TABLES if name == "record" or rng.random() < 0.6]
    sizes = (0, 1, 7, 60, 260)
    tables = {
        name: table(evidence.TABLES[name], rng, int(sizes[rng.integers(0, len(sizes))]))
        for name in names
    }
    with tempfile.TemporaryDirectory() as folder:
        judged(written(Path(folder), tables))


def records(n: int = 40, **columns: Any) -> pa.Table:
    rows = {
        "id": [f"R{i}" for i in range(n)], "kind": ["incident"] * n, "state": ["closed"] * n,
        "opened_at": [AS_OF - timedelta(days=5 + i) for i in range(n)],
    }  # fmt: skip
    return pa.table(rows | columns)


@pytest.mark.parametrize("rows", [
    records(0),
    records(1),
    records(team=pa.nulls(40)),
    records(id=["R" + "9" * 5000 + str(i) for i in range(40)]),
    records(team=["{team} \n <b>'x'</b>" for _ in range(40)]),
    records(opened_at=pa.array([datetime(2026, 5, 1)] * 40, pa.timestamp("s"))),
    records(opened_at=[f"2026-05-{1 + i % 28:02}T08:00:00Z" for i in range(40)]),
    records(opened_at=[datetime(9000, 1, 1)] * 40),
    records(major=pa.array([1, 0] * 20, pa.int64())),
    records(priority=pa.array([2**62] * 40)),
    records(kind=["nonsense"] * 40),
])  # fmt: skip
def test_odd_records(tmp_path: Path, rows: pa.Table) -> None:
    judged(written(tmp_path, {"record": rows}))


def test_no_table_at_all(tmp_path: Path) -> None:
    data = judged(written(tmp_path, {}))
    assert {i["light"] for i in data["indicators"]} == {"not_enough_evidence"}


def test_files_of_a_table_may_differ(tmp_path: Path) -> None:
    (tmp_path / "record").mkdir()
    pq.write_table(records(3), tmp_path / "record" / "a.parquet")
    pq.write_table(records(5, team=["net"] * 5), tmp_path / "record" / "b.parquet")
    judged(written(tmp_path, {}))


def test_negative_money_and_a_month_in_the_middle(tmp_path: Path) -> None:
    cost = pa.table({
        "line": ["a"] * 24, "amount": [Decimal("-12.50")] * 24,
        "month": [date(2025, 1 + i % 12, 15) for i in range(24)],
    })  # fmt: skip
    judged(written(tmp_path, {"record": records(), "cost": cost}))


def test_a_pack_without_a_period_is_judged_on_its_last_year(tmp_path: Path) -> None:
    data = judged(written(tmp_path, {"record": records()}, period=None))
    assert data["pack"]["period"] == {"from": "2025-07-01", "to": "2026-06-30"}


@pytest.mark.parametrize("changes", [
    {"as_of": None}, {"as_of": "soon"}, {"timezone": "Mars/Olympus"}, {"format": "other/9"},
    {"period": {"from": "x"}}, {"tables": {"record": {"files": [{"name": "../../etc/passwd"}]}}},
    {"tables": {"event": {"files": [{"name": "gone.parquet"}]}}},
])  # fmt: skip
def test_a_manifest_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(PackDamaged) as told:
        Pack.open(written(tmp_path, {"record": records()}, **changes))
    assert len(str(told.value)) > 20
    assert "%(" not in str(told.value)
