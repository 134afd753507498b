"""Packs of others: compatible types are taken, wrong values are told and left out."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from tests.audit.evidence.packmaking import foreign, rows
from trueup.audit.evidence.packs import Pack

NAIVE = datetime(2026, 3, 2, 8)


def records(**more: pa.Array) -> pa.Table:
    base = {
        "id": pa.array(["A", "B"]),
        "kind": pa.array(["incident", "incident"]).dictionary_encode(),
        "state": pa.array(["open", "closed"]),
        "opened_at": pa.array([NAIVE, NAIVE], pa.timestamp("ns")),
    }
    return pa.table(base | more)


def test_other_physical_types_are_read_as_the_schema_says(tmp_path: Path) -> None:
    folder = foreign(
        tmp_path,
        record=records(priority=pa.array([1, None], pa.int32()), level=pa.array([1.0, 2.0])),
        cost=pa.table({"month": [datetime(2026, 1, 1)], "amount": [12.5]}),
    )
    pack = Pack.open(folder)
    first, second = rows(pack, "record")
    assert first["opened_at"] == NAIVE
    assert (first["priority"], second["priority"], second["level"]) == (1, None, 2)
    assert rows(pack, "cost")[0]["amount"] == Decimal("12.5000")
    assert pack.faults("record") == []


def test_a_zone_is_brought_to_utc(tmp_path: Path) -> None:
    berlin = pa.array(
        [datetime(2026, 3, 2, 7, tzinfo=UTC)] * 2, pa.timestamp("ms", "Europe/Berlin")
    )
    pack = Pack.open(foreign(tmp_path, record=records(closed_at=berlin)))
    assert rows(pack, "record")[0]["closed_at"] == datetime(2026, 3, 2, 7)


def test_several_files_of_one_table(tmp_path: Path) -> None:
    later = records(id=pa.array(["C", "D"]), team=pa.array(["net", None]))
    pack = Pack.open(foreign(tmp_path, record=[records(), later]))
    assert pack.tables["record"].rows == 4
    assert [r["team"] for r in rows(pack, "record")].count("net") == 1
    assert pack.present("record", "team")


def test_unknown_tables_and_columns_are_listed_and_left_out(tmp_path: Path) -> None:
    pack = Pack.open(
        foreign(tmp_path, record=records(colour=pa.array(["r", "g"])), horse=pa.table({"a": [1]}))
    )
    assert pack.unknown == ("horse",)
    assert pack.tables["record"].unknown == ("colour",)
    assert "colour" not in rows(pack, "record")[0]


def test_wrong_required_values_take_the_row_out_and_are_told(tmp_path: Path) -> None:
    wrong = records(
        id=pa.array(["A", None]),
        state=pa.array(["opened", "closed"]),
        channel=pa.array(["carrier pigeon", "mail"]),
        priority=pa.array([1.5, 2.0]),
    )
    pack = Pack.open(foreign(tmp_path / "pack", record=[wrong, records(id=pa.array(["C", "D"]))]))
    assert [r["id"] for r in rows(pack, "record")] == ["C", "D"]
    told = {(f.column, f.rows, f.required) for f in pack.faults("record")}
    assert told == {
        ("id", 1, True), ("state", 1, True), ("channel", 1, False), ("priority", 1, False),
    }  # fmt: skip
    assert pack.write_rejected(tmp_path / "rejected.csv") == 4
    lines = list(csv.DictReader((tmp_path / "rejected.csv").open()))
    assert {(r["key"], r["column"], r["code"], r["raw"]) for r in lines} == {
        ("", "id", "required", ""),
        ("A", "state", "required", "opened"),
        ("A", "channel", "cell", "carrier pigeon"),
        ("A", "priority", "cell", "1.5"),
    }
    assert not pack.present("record", "channel")


def test_a_table_without_a_required_column_holds_no_row(tmp_path: Path) -> None:
    pack = Pack.open(foreign(tmp_path, record=pa.table({"id": ["A"], "title": ["x"]})))
    assert rows(pack, "record") == []
    assert {f.column for f in pack.faults("record")} == {"kind", "state", "opened_at"}
    assert not pack.present("record", "title")
