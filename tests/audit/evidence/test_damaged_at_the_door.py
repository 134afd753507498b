"""A damaged pack given to the command line: one sentence with the file and the cause."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.evidence.packmaking import record, written
from trueup import cli

Harm = Callable[[Path], None]


def edit(folder: Path, **more: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


def cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


def flipped(path: Path, at: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 255
    path.write_bytes(bytes(raw))


REFUSED: dict[str, tuple[Harm, tuple[str, ...]]] = {
    "a table is missing": (
        lambda f: (f / "record.parquet").unlink(), ("record.parquet", "missing")),
    "a table is empty": (
        lambda f: (f / "record.parquet").write_bytes(b""), ("record.parquet", "damaged")),
    "a table is cut off": (lambda f: cut(f / "record.parquet", 900), ("record.parquet", "cut off")),
    "a table is text": (
        lambda f: (f / "record.parquet").write_text("id,kind\n"), ("record.parquet", "damaged")),
    "the manifest is cut off": (lambda f: cut(f / "manifest.json", 40), ("manifest.json",)),
    "the manifest is no text": (
        lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe\x00"), ("manifest.json",)),
    "the manifest is a list": (lambda f: (f / "manifest.json").write_text("[1]"),
                               ("manifest.json",)),
    "another format": (lambda f: edit(f, format="trueup-evidence/9"), ("trueup-evidence/9",)),
    "a period that is none": (lambda f: edit(f, period=7), ("manifest.json",)),
    "tables that are none": (lambda f: edit(f, tables=7), ("manifest.json",)),
    "sources that are none": (lambda f: edit(f, sources=7), ("manifest.json",)),
    "a table outside": (
        lambda f: edit(f, tables={"record": {"files": [{"name": "../x.parquet"}]}}), ("outside",)),
}  # fmt: skip

WARNED: dict[str, tuple[Harm, tuple[str, ...]]] = {
    "other rows": (lambda f: edit(f, tables={"record": {"rows": 9, "files": [
        {"name": "record.parquet", "sha256": "0" * 64}]}}), ("record.parquet",)),
    "a report of the intake that is none": (
        lambda f: (f / "intake.json").write_text("{"), ("intake.json",)),
    "a report of the intake that is a list": (
        lambda f: (f / "intake.json").write_text("[]"), ("intake.json",)),
}  # fmt: skip


def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    out = folder.parent / "out"
    code = cli.main(["audit", str(folder), "--out", str(out), "--only", "Z02,Z07"])
    both = capsys.readouterr()
    return code, " ".join((both.out + both.err).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pack"
    made.mkdir()
    written(made, record=[record(f"R{i}") for i in range(300)])
    return made


@pytest.mark.parametrize("name", REFUSED)
def test_a_damaged_pack_is_refused(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    harm, words = REFUSED[name]
    harm(folder)
    code, text = run(folder, capsys)
    assert code == 2, text
    assert "Traceback" not in text
    for word in words:
        assert word in text


@pytest.mark.parametrize("name", WARNED)
def test_a_doubtful_pack_is_told(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    harm, words = WARNED[name]
    harm(folder)
    code, text = run(folder, capsys)
    assert code in (0, 2), text
    for word in words:
        assert word in text


def test_bytes_changed_inside_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever the byte lies: a refusal or a warning that names the file."""
    size = (folder / "record.parquet").stat().st_size
    whole = (folder / "record.parquet").read_bytes()
    for at in (4, 60, size // 3, size // 2, size - 200, size - 7):
        (folder / "record.parquet").write_bytes(whole)
        flipped(folder / "record.parquet", at)
        code, text = run(folder, capsys)
        assert code in (0, 2)
        assert "record.parquet" in text, (at, text)
        assert "Traceback" not in text


def test_a_column_of_a_wrong_type_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    rows = [record(f"R{i}") | {"priority": "high"} for i in range(40)]
    head = ",".join(rows[0])
    lines = [",".join("" if v is None else str(v) for v in row.values()) for row in rows]
    (other / "record.csv").write_text("\n".join([head, *lines]), "utf-8")
    code, text = run(other, capsys)
    assert code in (0, 2)
    assert "Traceback" not in text
