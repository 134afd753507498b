"""Tables of the evidence schema that came as CSV, with and without a manifest beside them."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from trueup.audit.evidence.packs import Pack, PackWriter
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings

COST = "service,line,month,amount\nS1,office,2026-01-01,10\nS1,100,2026-02-01,20.5\nS1,,x,3\n"
BUDGET = "line,month,amount\noffice,2026-01-01,11\n,2026-02-01,11\n"
MANIFEST = {
    "format": "trueup-evidence/1", "organisation": "Nord", "currency": "SEK",
    "timezone": "Europe/Stockholm", "as_of": "2026-07-01T08:00:00Z",
    "period": {"from": "2026-01-01", "to": "2026-06-30"}, "appetite": "5000",
    "log_head": {"seq": 3, "hash": "aa"},
}  # fmt: skip


def rows(pack: Pack, table: str, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        sql = f"SELECT {columns} FROM ({pack.relation_sql(table)}) ORDER BY ALL"
        found: list[tuple[object, ...]] = con.execute(sql).fetchall()
    return found


def laid(folder: Path, manifest: object) -> Path:
    folder.mkdir()
    (folder / "cost.csv").write_text(COST, "utf-8")
    (folder / "budget.csv").write_text(BUDGET, "utf-8")
    if manifest:
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def test_a_table_with_a_column_named_line(tmp_path: Path) -> None:
    folder = laid(tmp_path / "in", None)
    settings = Settings(as_of=datetime(2026, 7, 1, tzinfo=UTC))
    pack = open_inputs([folder], tmp_path / "pack", settings)
    assert rows(pack, "cost", "line, month, amount::DOUBLE") == [
        ("100", date(2026, 2, 1), 20.5), ("office", date(2026, 1, 1), 10.0)]  # fmt: skip
    assert rows(pack, "budget", "line") == [("office",)]
    rejected = (tmp_path / "pack" / "rejected.csv").read_text("utf-8")
    assert "cost.csv,4,,cost.month,required,is not date,x" in rejected


@pytest.mark.parametrize("tables", [
    {}, {"cost": {"rows": 3, "files": [{"name": "cost.csv", "sha256": ""}]}}])  # fmt: skip
def test_csv_tables_beside_a_manifest(tmp_path: Path, tables: dict[str, object]) -> None:
    folder = laid(tmp_path / "in", MANIFEST | {"tables": tables})
    pack = open_inputs([folder], tmp_path / "pack")
    assert set(pack.tables) == {"cost", "budget"}
    told = pack.manifest
    assert (told.organisation, told.currency, told.timezone) == ("Nord", "SEK", "Europe/Stockholm")
    assert told.period == (date(2026, 1, 1), date(2026, 6, 30))
    assert told.as_of == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert (told.appetite, told.log_head) == ("5000", {"seq": 3, "hash": "aa"})


def test_parquet_and_csv_in_one_pack(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path / "in", organisation="Nord", currency="SEK",
                        timezone="UTC", as_of=datetime(2026, 7, 1, tzinfo=UTC))  # fmt: skip
    writer.write_table("customer", pa.table({"id": ["K1"]}))
    writer.close()
    (tmp_path / "in" / "budget.csv").write_text(BUDGET, "utf-8")
    pack = open_inputs([tmp_path / "in"], tmp_path / "pack")
    assert rows(pack, "customer", "id") == [("K1",)]
    assert rows(pack, "budget", "line") == [("office",)]


def test_a_zip_of_csv_tables_and_their_manifest(tmp_path: Path) -> None:
    folder = laid(tmp_path / "in", MANIFEST)
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"pack/{path.name}")
    pack = open_inputs([tmp_path / "pack.zip"], tmp_path / "out")
    assert set(pack.tables) == {"cost", "budget"}
    assert pack.manifest.currency == "SEK"
