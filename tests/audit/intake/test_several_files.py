"""Several files in one audit: the same one twice, the same numbers, parts of one log."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from trueup import cli
from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings
from trueup.core.refusals import Refused

LIST = "Number,State,Opened,Resolved,Closed,Assignment Group,Caller\n"
LOG = ("number,incident_state,sys_mod_count,sys_updated_at,opened_at,resolved_at,closed_at,"
       "made_sla,assignment_group,assigned_to,caller_id,opened_by,priority\n")  # fmt: skip
ZENDESK = "Id,Requester,Assignee,Group,Subject,Status,Created at,Satisfaction Score\n"


def ticket(number: int, state: str = "Closed", closed: str = "2026-03-20 09:00:00") -> str:
    return f"INC{number:04},{state},2026-03-13 09:00:00,2026-03-14 09:00:00,{closed},Net,Ann\n"


def update(number: int, count: int, state: str, hour: int) -> str:
    return (f"INC{number:04},{state},{count},13/03/2026 {hour:02}:00,13/03/2026 08:00,"
            f"13/03/2026 11:00,13/03/2026 12:00,true,Net,Bob,Ann,Eve,3 - Moderate\n")  # fmt: skip


def read(folder: Path, files: dict[str, str], **settings: Any) -> Pack:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return open_inputs([folder / n for n in files], folder / "pack", Settings(**settings))


def asked(pack: Pack, table: str, what: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.sql(f"SELECT {what} FROM ({pack.relation_sql(table)}) ORDER BY ALL").fetchall()


def test_the_same_file_twice_is_read_once_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(LIST + "".join(ticket(n) for n in range(40)), "utf-8")
    assert cli.main(["audit", "a.csv", "b.csv", "--out", "out", "--only", "Z08"]) == 0
    told = capsys.readouterr().out
    assert "40 rows read, 40 used, 0 merged, 0 rejected" in " ".join(told.split())
    assert "b.csv: the same file as a.csv, read once" in told


def test_the_same_rows_in_two_files_count_once(tmp_path: Path) -> None:
    first, second = [ticket(n) for n in range(30)], [ticket(n) for n in range(10, 50)]
    pack = read(tmp_path, {"a.csv": LIST + "".join(first), "b.csv": LIST + "".join(second[::-1])})
    assert asked(pack, "record", "count(*), count(DISTINCT id)") == [(50, 50)]
    assert asked(pack, "event", "count(*)") == [(150,)]
    told = pack.intake
    assert (told["rows_read"], told["rows_used"], told["rows_merged"]) == (70, 50, 20)


def test_the_later_export_speaks_of_a_ticket(tmp_path: Path) -> None:
    old = ticket(1) + ticket(2)
    new = ticket(1, "In Progress", "") + "INC0009,New,2026-04-20 09:00:00,,,Net,Cem\n"
    pack = read(tmp_path, {"march.csv": LIST + old, "april.csv": LIST + new})
    assert asked(pack, "record", "id, state") == [
        ("INC0001", "open"), ("INC0002", "closed"), ("INC0009", "open")]  # fmt: skip


def test_numbers_of_two_systems_are_not_mixed(tmp_path: Path) -> None:
    desk = "Ticket ID,Created time,Status,Resolution status,Group\n7,2026-03-02 09:00:00,Open,,N\n"
    with pytest.raises(Refused, match=r"1 numbers, for example 7, stand in the files of"):
        read(tmp_path, {"z.csv": ZENDESK + "7,Ann,Bob,Desk,Mail,Open,2026-03-13 09:00,Good\n",
                        "f.csv": desk})  # fmt: skip


def test_parts_of_one_log_are_one_log(tmp_path: Path) -> None:
    rows = [update(1, 0, "New", 8), update(1, 1, "Active", 9), update(1, 2, "Resolved", 11),
            update(2, 0, "New", 8), update(2, 1, "Closed", 12)]  # fmt: skip
    whole = read(tmp_path / "w", {"log.csv": LOG + "".join(rows)}, as_source="servicenow.log")
    parts = read(
        tmp_path / "p", {"x.csv": LOG + rows[0] + rows[2] + rows[3],
                         "y.csv": LOG + rows[2] + rows[1] + rows[4]}, as_source="servicenow.log",
    )  # fmt: skip
    what = "entity_id, activity, at_occurred, at_recorded, team"
    assert asked(whole, "event", what) == asked(parts, "event", what)
    told = parts.intake
    assert told["rows_used"] + told["rows_merged"] + told["rows_rejected"] == told["rows_read"] == 6


def test_a_person_has_one_code_in_all_files(tmp_path: Path) -> None:
    rows = "".join(update(1, n, "Active", 9 + n) for n in range(4))
    pack = read(tmp_path, {"log.csv": LOG + rows, "list.csv": LIST + ticket(5)})
    assert len(asked(pack, "record", "DISTINCT requester")) == 1


def test_own_tables_in_parts(tmp_path: Path) -> None:
    head = "id,kind,state,opened_at"
    rows = {"a/record.csv": f"{head},team\nR1,incident,open,2026-03-02T08:00:00Z,net\n",
            "b/record.csv": f"{head}\nR2,incident,open,2026-03-02T08:00:00Z\n"
            "R1,incident,closed,2026-03-02T08:00:00Z\n"}  # fmt: skip
    for name, text in rows.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text(text, "utf-8")
    pack = open_inputs([tmp_path / "in"], tmp_path / "pack")
    assert asked(pack, "record", "id, team, state") == [
        ("R1", "net", "open"), ("R2", None, "open")]  # fmt: skip
    rejected = (tmp_path / "pack" / "rejected.csv").read_text("utf-8")
    assert "b/record.csv,3,R1,id,key" in rejected


def test_two_files_of_one_name_are_two_files(tmp_path: Path) -> None:
    for place, number in (("a", 1), ("b", 2)):
        (tmp_path / place).mkdir()
        (tmp_path / place / "list.csv").write_text(LIST + ticket(number), "utf-8")
    pack = open_inputs([tmp_path / p / "list.csv" for p in "ab"], tmp_path / "pack")
    assert len(asked(pack, "record", "id")) == 2
    assert [s["file"] for s in pack.intake["sources"]] == ["list.csv", "2/list.csv"]
    assert pack.intake["files_left_out"] == []


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("list.csv", LIST + ticket(1))
        archive.writestr("notes.docx", b"x")
        archive.writestr("more.zip", b"x")
    pack = open_inputs([tmp_path / "all.zip"], tmp_path / "pack")
    told = " ".join(pack.intake["files_left_out"])
    assert "notes.docx" in told
    assert "more.zip" in told
