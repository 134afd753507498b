"""Files that are not ours: read past in a folder, drafted on request, never a verdict of theirs."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import Workbook

from trueup import cli

LIST = "Number,State,Opened,Resolved,Closed,Assignment Group,Caller\n"
ROW = "INC{n:04},Closed,2026-03-13 09:00:00,2026-03-14 09:00:00,2026-03-20 09:00:00,Net,Ann\n"
TICKETS = LIST + "".join(ROW.format(n=n) for n in range(40))
OTHER = "Employee,Month,Salary\n" + "".join(f"E{n},2026-01,{n}00\n" for n in range(9))
DESK = ("Ticket Number,Summary,Severity,Current State,Reported On,Fixed On,Handled By,Site\n"
        + "".join(f"T{n:04},Mail {n % 7},Sev {n % 4 + 1},{s},03/{n % 27 + 1:02}/2026 09:00 AM,"
                  f"{f},Bob,Nord\n"
                  for n, (s, f) in enumerate([("resolved", "04/20/2026 01:30 PM"),
                                              ("waiting for user", "")] * 30)))  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def folder(**files: str) -> None:
    Path("exports").mkdir()
    for name, text in files.items():
        Path("exports", name.replace("__", ".")).write_text(text, "utf-8")


def audit(*words: str) -> int:
    return cli.main(["audit", *words, "--out", "out", "--only", "Z02", "--formats", "json"])


def told(capsys: pytest.CaptureFixture[str]) -> str:
    both = capsys.readouterr()
    return " ".join((both.out + both.err).split())


def intake() -> dict[str, Any]:
    got: dict[str, Any] = json.loads(Path("out/pack/intake.json").read_text("utf-8"))
    return got


def asked(table: str, what: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.sql(f"SELECT {what} FROM 'out/pack/{table}.parquet' ORDER BY ALL").fetchall()


def test_what_is_not_ours_in_a_folder_is_read_past_and_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder(incidents__csv=TICKETS, payroll__csv=OTHER, notes__txt="Made by Hans\n",
           empty__csv="", page__csv="<!DOCTYPE html>\n<html></html>\n",
           status__json='{"ok": true}')  # fmt: skip
    Path("exports/old.csv").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more")
    assert audit("exports") == 0
    said = told(capsys)
    assert "40 rows read, 40 used" in said
    left = intake()["files_left_out"]
    for name in ("payroll.csv", "notes.txt", "empty.csv", "page.csv", "status.json", "old.csv"):
        assert sum(text.startswith(name) for text in left) == 1, (name, left)
    assert "Not counted: payroll.csv is not an export that Trueup knows" in said
    assert "--draft" in said
    assert asked("record", "count(*)") == [(40,)]


def test_a_folder_without_anything_of_ours_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    folder(payroll__csv=OTHER, notes__txt="Made by Hans\n")
    assert audit("exports") == 2
    assert "Not done: " in told(capsys)


def test_a_file_that_was_named_is_never_read_past(capsys: pytest.CaptureFixture[str]) -> None:
    folder(incidents__csv=TICKETS, payroll__csv=OTHER)
    assert audit("exports/incidents.csv", "exports/payroll.csv") == 2
    assert "payroll.csv is not an export that Trueup knows" in told(capsys)


def test_damage_in_a_folder_stops_as_it_may_be_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    folder(incidents__csv=TICKETS, more__json='[{"number": "INC1", ')
    assert audit("exports") == 2
    assert "more.json is no JSON that can be read" in told(capsys)


def test_a_link_out_of_a_folder_is_not_followed() -> None:
    folder(incidents__csv=TICKETS)
    Path("secret.csv").write_text(TICKETS.replace("INC", "INC9"), "utf-8")
    os.symlink(Path("secret.csv").resolve(), "exports/more.csv")
    assert audit("exports") == 0
    assert intake()["files_left_out"] == ["more.csv: not read, it leads out of the folder"]
    assert asked("record", "count(*)") == [(40,)]


def test_headings_of_a_file_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.csv").write_text("[bold]a[/bold],root:x:0,:smile:\n1,2,3\n4,5,6\n", "utf-8")
    assert audit("x.csv") == 2
    assert "[bold]a[/bold], root:x:0, :smile:" in told(capsys)


# -- drafts --------------------------------------------------------------------------------------
def test_a_draft_is_whole_toml_of_which_nothing_guessed_is_active(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("desk.csv").write_text(DESK, "utf-8")
    assert cli.main(["readiness", "desk.csv", "--draft", "m.toml"]) == 0
    said = told(capsys)
    assert "Draft written: m.toml. Guessed: " in said
    text = Path("m.toml").read_text("utf-8")
    read = tomllib.loads(text)
    assert read["table"] == [{"into": "record", "columns": {}}]
    assert all(not words for words in read["words"].values())
    for heading in DESK.splitlines()[0].split(","):
        assert f'# "{heading}": ' in text
    assert '#"waiting for user" = "waiting"  # 30 rows' in text
    assert cli.main(["readiness", "desk.csv", "--draft", "m.toml"]) == 2
    assert "m.toml is there already" in told(capsys)


def test_a_draft_whose_guesses_a_person_accepts_reads_the_file() -> None:
    Path("desk.csv").write_text(DESK, "utf-8")
    assert cli.main(["audit", "desk.csv", "--draft", "m.toml"]) == 0
    text = Path("m.toml").read_text("utf-8")
    active = re.sub(r'(?m)^#(?=[a-z_]+ = |")', "", text)
    active = re.sub(r"(?m)^(zone|dates) = .*$", 'zone = "America/New_York"', active, count=1)
    Path("m.toml").write_text(re.sub(r"(?m)^dates = .*\n", "", active), "utf-8")
    assert audit("desk.csv", "--mapping", "m.toml") == 0
    graded = {(state, priority) for state, priority in asked("record", "state, priority")}
    assert graded == {("resolved", 1), ("resolved", 3), ("waiting", 2), ("waiting", 4)}
    first = asked("record", "strftime(min(opened_at), '%Y-%m-%d %H:%M')")
    assert first == [("2026-03-01 14:00",)]
    got = intake()
    assert (got["rows_used"], got["zone"], got["zone_assumed"]) == (60, "America/New_York", False)


def test_a_draft_is_made_of_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    folder(a__csv=DESK, b__csv=OTHER)
    assert cli.main(["audit", "exports", "--draft", "m.toml"]) == 2
    assert "name one file, not 2" in told(capsys)
    assert not Path("m.toml").exists()


# -- tables in other places ------------------------------------------------------------------------
def test_a_workbook_with_a_title_and_other_pages_is_read() -> None:
    book = Workbook()
    cover = book.worksheets[0]
    cover.append(["Incidents of March"])
    page = book.create_sheet("Data")
    for cells in (["Incidents of March"], ["as of", None, "2026-04-01"], [],
                  *(line.split(",") for line in TICKETS.splitlines()), ["Total", 40]):  # fmt: skip
        page.append(cells)
    book.create_sheet("Pivot").append(["Net", 40])
    book.save("list.xlsx")
    assert audit("list.xlsx") == 0
    assert asked("record", "count(*), count(resolved_at)") == [(40, 40)]
    notes = intake()["sources"][0]["notes"]
    assert "lines before the heading: 3" in notes
    assert "only the Data sheet was read; not read: Sheet, Pivot" in notes


def test_a_cost_list_needs_no_mapping() -> None:
    rows = "".join(f"2026-{n % 3 + 1:02};Mail;licences;1.0{n:02},50;{n}\n" for n in range(10, 40))
    Path("costs.csv").write_text("month;service;account;amount;quantity\n" + rows, "utf-8")
    assert audit("costs.csv") == 0
    assert asked("cost", "count(*), sum(amount), min(line), min(month)::VARCHAR") == [
        (30, 30750, "licences", "2026-01-01")]  # fmt: skip
    assert asked("service", "id") == [("Mail",)]


def test_the_only_list_of_an_interface_is_found_whatever_its_name() -> None:
    rows = [{"values": {"Incident Number": f"INC{n:012}", "Assigned Group": "Net",
                        "Status": "Closed", "Priority": "High", "Company": "Nord",
                        "Service Type": "User Service Restoration",
                        "Reported Date": "2026-03-02T09:00:00.000+0000"},
             "_links": {}} for n in range(30)]  # fmt: skip
    Path("bmc.json").write_text(json.dumps({"entries": rows, "_links": {}}), "utf-8")
    assert audit("bmc.json") == 0
    assert asked("record", "count(*), min(kind)") == [(30, "incident")]
