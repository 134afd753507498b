"""Every number opens the list of its records: records.parquet beside result.json."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.audit.golden.packs import START, ask, make
from trueup.audit.evidence.packs import Pack
from trueup.audit.records import SCHEMA
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    return run(write_sample(tmp_path_factory.mktemp("records") / "pack"), Options(strict=True))


def rows(result: AuditResult, folder: Path) -> list[dict[str, Any]]:
    result.write(folder)
    table = pq.read_table(folder / "records.parquet")
    assert table.schema.equals(SCHEMA)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_every_measure_with_a_value_names_its_records(result: AuditResult, tmp_path: Path) -> None:
    named = {row["measure"] for row in rows(result, tmp_path)}
    assert named == {m["id"] for m in result.data["measures"] if m["value"] is not None}


def test_counted_cases_add_up_to_n_and_to_the_value(result: AuditResult, tmp_path: Path) -> None:
    seen = Counter((row["measure"], row["role"]) for row in rows(result, tmp_path))
    counted = {id for id, role in seen if role == "counted"}
    assert len(counted) > 10
    for id in counted:
        m, bad = result.measure(id), seen[id, "bad"]
        n = bad + seen[id, "counted"]
        assert m["n"] == n
        assert m["value"] == pytest.approx(bad / n, abs=1e-5) or m["value"] == pytest.approx(
            1 - bad / n, abs=1e-5
        )


def test_a_unit_lists_its_own(result: AuditResult, tmp_path: Path) -> None:
    told = rows(result, tmp_path)
    bouncing = result.measure("MC-09")
    assert bouncing["by"]
    for unit in bouncing["by"]:
        kind, id = unit["unit"]["kind"], unit["unit"]["id"]
        mine = [r for r in told if r["measure"] == "MC-09" and r[kind] == id]
        assert len(mine) == unit["n"]


def test_the_file_is_the_same_whatever_the_threads(tmp_path: Path) -> None:
    pack = write_sample(tmp_path / "pack", 600)
    run(pack, Options(threads=1, strict=True)).write(tmp_path / "one")
    run(Pack.open(pack.folder), Options(threads=4, strict=True)).write(tmp_path / "four")
    one, four = (tmp_path / name / "records.parquet" for name in ("one", "four"))
    assert one.read_bytes() == four.read_bytes()


def test_instants_in_ids_read_as_everywhere(tmp_path: Path) -> None:
    given = [
        {"person": "p1", "role": "admin", "granted_at": START, "privileged": True,
         "revoked_at": None},
        {"person": "p2", "role": "admin", "granted_at": START + timedelta(hours=5.5)},
    ]  # fmt: skip
    gone = [{"id": "p1", "active": False, "left_on": START.date()},
            {"id": "p2", "active": False, "left_on": START.date()}]  # fmt: skip
    found = ask(make(tmp_path, access=given, person=gone), "Y01").check("Y01")
    ids = [e["id"] for d in found["detections"] for e in d["evidence"]]
    assert "p1|admin|2025-07-01T00:00:00Z" in ids
    assert "p2|admin|2025-07-01T05:30:00Z" in ids


def test_the_rows_that_make_the_number_stand_apart(result: AuditResult, tmp_path: Path) -> None:
    told = rows(result, tmp_path)
    for row in told:
        assert row["part"] in ("counted", "read")
        assert row["part"] == "counted" or row["role"] == "read"
    made = {(r["measure"], r["table"], r["id"]) for r in told if r["part"] == "counted"}
    homeless = {id for measure, table, id in made if (measure, table) == ("MB-06", "cost")}
    found = {e["id"] for d in result.check("F04")["detections"] for e in d["evidence"]}
    assert homeless == found or not found


def test_the_numerator_of_a_money_share(tmp_path: Path) -> None:
    day = START.date()
    assets = [
        {"id": f"AS{i}", "class": "laptop", "cost_month": 40, "state": "in_use",
         "assigned_to": "P1", "last_used": day.replace(year=2026, month=6) if i % 4 else day}
        for i in range(40)
    ]  # fmt: skip
    result = ask(make(tmp_path / "p", asset=assets), "MB-09")
    mine = [r for r in rows(result, tmp_path) if r["measure"] == "MB-09"]
    made = {r["id"] for r in mine if r["part"] == "counted"}
    assert made == {f"AS{i}" for i in range(0, 40, 4)}
    assert {r["id"] for r in mine} == {row["id"] for row in assets}
    assert {r["role"] for r in mine} == {"read"}
    assert result.measure("MB-09")["value"] == len(made) / len(mine)
    assert [r["part"] for r in mine] == ["counted"] * 10 + ["read"] * 30
