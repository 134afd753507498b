"""`trueup audit --formats`: the reports that were asked for, of an export as of a pack."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.audit.golden.packs import START
from trueup import cli

SHAPE = "%Y-%m-%dT%H:%M:%SZ"
WHEN = ("--period", "2025-07-01..2025-07-31", "--as-of", "2025-09-01T00:00:00Z")
HEAD = "id,kind,state,opened_at,resolved_at,team,priority,reopen_count\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = []
    for i in range(80):
        at = START + timedelta(hours=i)
        ends = at + timedelta(hours=5)
        rows.append(
            f"R{i},incident,closed,{at:%Y-%m-%dT%H:%MZ},{ends:%Y-%m-%dT%H:%MZ},net,3,{i % 2}\n"
        )
    Path("record.csv").write_text(HEAD + "".join(rows), "utf-8")


def audit(*words: str) -> int:
    return cli.main(["audit", "record.csv", "--only", "MC-10", "--out", "out", *WHEN, *words])


def test_an_export_gets_all_reports_and_its_records() -> None:
    assert audit("--formats", "html, md,PDF,json") == 0
    names = {path.name for path in Path("out").iterdir()}
    assert {"report.html", "report.md", "report.pdf", "result.json", "pack"} <= names
    rows = pq.read_table("out/records.parquet").to_pylist()
    assert sum(row["role"] == "bad" for row in rows) == 40
    assert {row["team"] for row in rows} == {"net"}


def test_explain_names_the_first_records(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("--explain", "MC-10") == 0
    text = capsys.readouterr().out
    assert "Records: 40 bad, 40 counted; all in records.parquet" in text
    assert "  bad record R1\n" in text


def test_without_a_word_it_is_the_page() -> None:
    assert audit() == 0
    assert {path.name for path in Path("out").glob("report.*")} == {"report.html"}


def test_a_format_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("--formats", "docx") == 2
    assert "html, json, md and pdf" in " ".join(capsys.readouterr().err.split())
    assert not Path("out").exists()
