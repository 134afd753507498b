"""A pack that was written can be read again, and the same rows give the same bytes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from tests.audit.evidence.packmaking import AS_OF, at, record, rows, written
from trueup.audit.evidence.packs import Pack, PackWriter


def test_what_was_written_is_read(tmp_path: Path) -> None:
    pack = written(tmp_path, record=[record("B", priority=2), record("A", team="net")])
    assert [r["id"] for r in rows(pack, "record")] == ["A", "B"]
    assert pack.tables["record"].rows == 2
    assert pack.present("record", "team")
    assert not pack.present("record", "closed_at")
    assert not pack.present("event", "seq")
    assert pack.faults("record") == []
    pack.verify()


def test_the_period_is_the_last_twelve_closed_months(tmp_path: Path) -> None:
    pack = written(tmp_path, record=[record("A")])
    assert pack.manifest.period == (date(2025, 7, 1), date(2026, 6, 30))


def test_row_order_changes_no_byte(tmp_path: Path) -> None:
    one = [record(f"R{i:03}", priority=i % 5 + 1) for i in range(300)]
    written(tmp_path / "a", record=one)
    written(tmp_path / "b", record=one[::-1])
    for name in ("record.parquet", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_rows_with_equal_keys_have_one_order(tmp_path: Path) -> None:
    some = [
        {"record": "A", "minutes": 5.0, "started_at": at(3), "team": team} for team in "zyxwvuabc"
    ]
    written(tmp_path / "a", worklog=some)
    written(tmp_path / "b", worklog=some[::-1])
    a, b = (tmp_path / n / "worklog.parquet" for n in "ab")
    assert a.read_bytes() == b.read_bytes()


def test_money_has_four_places(tmp_path: Path) -> None:
    line = {"month": date(2026, 1, 1), "amount": Decimal("12.3456")}
    pack = written(tmp_path, cost=[line])
    assert rows(pack, "cost")[0]["amount"] == Decimal("12.3456")


def test_a_column_without_a_place_is_not_written(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path, organisation="", currency="EUR", timezone="UTC", as_of=AS_OF)
    with pytest.raises(KeyError, match="colour"):
        writer.write_table("record", pa.table({"id": ["A"], "colour": ["red"]}))


def test_a_written_pack_opens(tmp_path: Path) -> None:
    written(tmp_path, record=[record("A")])
    assert Pack.open(tmp_path).manifest.organisation == "Acme"
