"""A damaged pack gives a sentence that names the file and the cause."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from tests.audit.evidence.packmaking import foreign, record, written
from trueup.audit.evidence.packs import Pack, PackDamaged


def change(folder: Path, **more: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


def damaged(folder: Path) -> str:
    with pytest.raises(PackDamaged) as caught:
        Pack.open(folder).verify()
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, record=[record(f"R{i}") for i in range(500)])
    return tmp_path


def test_a_missing_file(folder: Path) -> None:
    (folder / "record.parquet").unlink()
    assert "record.parquet is missing" in damaged(folder)


def test_a_changed_file(folder: Path) -> None:
    path = folder / "record.parquet"
    written(folder / "other", record=[record(f"Q{i}") for i in range(500)])
    path.write_bytes((folder / "other" / "record.parquet").read_bytes())
    assert "record.parquet" in damaged(folder)


def test_one_byte_changed_is_seen(folder: Path) -> None:
    path = folder / "record.parquet"
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(bytes(raw))
    assert "record.parquet" in damaged(folder)


def test_a_cut_off_file(folder: Path) -> None:
    path = folder / "record.parquet"
    path.write_bytes(path.read_bytes()[:-40])
    text = damaged(folder)
    assert "record.parquet" in text
    assert "cut off" in text


def test_other_rows_than_the_manifest_says(folder: Path) -> None:
    told = json.loads((folder / "manifest.json").read_text())["tables"]
    told["record"]["rows"] = 7
    change(folder, tables=told)
    assert "500 rows where the manifest says 7" in damaged(folder)


def test_an_unknown_format(folder: Path) -> None:
    change(folder, format="trueup-evidence/9")
    assert "trueup-evidence/9" in damaged(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": "trueup-evidence/1"}', '{"format": 3}']
)
def test_a_manifest_that_is_none(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    assert "manifest.json" in damaged(folder)


@pytest.mark.parametrize(
    "more",
    [{"timezone": "Mars/Olympus"}, {"as_of": "yesterday"}, {"period": {"from": "2026"}},
     {"tables": [1]}, {"tables": {"record": {"files": ["x"]}}}, {"timezone": "../../etc"}],
)  # fmt: skip
def test_a_manifest_with_a_wrong_value(folder: Path, more: dict[str, object]) -> None:
    change(folder, **more)
    assert "manifest.json" in damaged(folder)


def test_no_pack_at_all(tmp_path: Path) -> None:
    assert "manifest.json is missing" in damaged(tmp_path)


def test_a_file_outside_the_pack(folder: Path) -> None:
    change(folder, tables={"record": {"files": [{"name": "../record.parquet"}]}})
    assert "outside" in damaged(folder)


def test_a_link_that_leads_outside(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away") / "person.parquet"
    away.write_bytes((folder / "record.parquet").read_bytes())
    (folder / "person.parquet").symlink_to(away)
    assert "outside" in damaged(folder)


def test_a_nested_column(tmp_path: Path) -> None:
    table = pa.table({"id": ["A"], "kind": ["incident"], "state": ["open"], "team": [["a", "b"]]})
    text = damaged(foreign(tmp_path, record=table))
    assert "team" in text
    assert "list" in text
