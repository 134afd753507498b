"""Hostile files through the command line: a sentence or rejected rows, never a traceback."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from trueup import cli

HEAD = "id,kind,state,opened_at,team\n"
JIRA = "Summary,Issue key,Issue id,Issue Type,Status,Priority,Created,Resolved\n"
MIB = 1 << 20
Made = Callable[[], list[Path]]


def row(number: int, team: str = "net", opened: str = "2026-03-02T08:00:00Z") -> str:
    return f"R{number},incident,closed,{opened},{team}\n"


GOOD = "".join(row(n) for n in range(3))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def file(name: str, content: str | bytes) -> list[Path]:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [Path(name)]


def zipped(name: str, **entries: bytes) -> list[Path]:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry.replace("__", "/"), content)
    return [Path(name)]


def archive_of(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return made.getvalue()


def book(*rows: tuple[object, ...]) -> list[Path]:
    made = Workbook()
    sheet = made.worksheets[0]
    for cells in rows:
        sheet.append(cells)
    made.save("record.xlsx")
    return [Path("record.xlsx")]


def swollen_book() -> list[Path]:
    """A workbook whose sheet unpacks to a thousand times its size."""
    book(("id", "kind", "state"), ("R1", "incident", "open"))
    parts = {}
    with zipfile.ZipFile("record.xlsx") as archive:
        parts = {e.filename: archive.read(e) for e in archive.infolist()}
    parts["xl/worksheets/sheet1.xml"] += b" " * (60 * MIB)
    return zipped("record.xlsx", **{k.replace("/", "__"): v for k, v in parts.items()})


def told(capsys: pytest.CaptureFixture[str]) -> str:
    both = capsys.readouterr()
    return " ".join((both.out + both.err).split())


def audit(paths: list[Path], *words: str) -> int:
    given = [str(p) for p in paths]
    return cli.main(["audit", *given, "--out", "out", "--only", "Z02", *words])


def rejected() -> list[dict[str, str]]:
    text = Path("out/pack/rejected.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def intake() -> dict[str, object]:
    got: dict[str, object] = json.loads(Path("out/pack/intake.json").read_text("utf-8"))
    return got


def adds_up() -> None:
    """Every row that was read is used, merged or rejected."""
    got = intake()
    parts = [int(str(got[f"rows_{part}"])) for part in ("used", "merged", "rejected")]
    assert sum(parts) == got["rows_read"], got


REFUSED: dict[str, tuple[Made, str]] = {
    "empty file": (lambda: file("record.csv", ""), "record.csv is empty"),
    "blank lines": (lambda: file("record.csv", "\n\n\n"), "record.csv"),
    "header only": (lambda: file("record.csv", HEAD), "record.csv holds no rows"),
    "header only, foreign": (lambda: file("x.csv", JIRA), "x.csv holds no rows"),
    "one column": (lambda: file("x.csv", "word\na\nb\n"), "x.csv"),
    "empty xlsx": (book, "record.xlsx holds no rows"),
    "xlsx with a heading only": (lambda: book(("id", "kind", "state")), "holds no rows"),
    "no xlsx at all": (lambda: file("record.xlsx", b"PK\x03\x04 nothing"), "record.xlsx"),
    "xlsx bomb": (swollen_book, "unpacks to far more"),
    "zip in a zip": (
        lambda: zipped("a.zip", **{"b.zip": archive_of(**{"record.csv": (HEAD + GOOD).encode()})}),
        "a.zip holds no file that Trueup can read",
    ),
    "zip bomb": (lambda: zipped("a.zip", **{"record.csv": b"0" * (40 * MIB)}), "far more"),
    "gzip bomb": (
        lambda: file("record.csv.gz", gzip.compress(b"0" * (40 * MIB))), "far more"),
    "path out of a zip": (
        lambda: zipped("a.zip", **{"..__..__record.csv": b"id\n"}), "leads out of it"),
    "absolute path in a zip": (
        lambda: zipped("a.zip", **{"__etc__record.csv": b"id\n"}), "leads out of it"),
    "no text": (lambda: file("x.csv", bytes(range(256)) * 40), "x.csv"),
    "utf-16 cut off": (
        lambda: file("record.csv", (HEAD + GOOD).encode("utf-16")[:-1]), "record.csv"),
    "json of a number": (lambda: file("x.json", "7"), "x.json holds no list"),
    "json cut off": (lambda: file("x.json", '[{"a": 1'), "x.json is no JSON"),
    "json too deep": (lambda: file("x.json", "[" * 100_000), "x.json is no JSON"),
    "empty json list": (lambda: file("x.json", "[]"), "x.json holds no rows"),
    "json with a wide row": (
        lambda: file("x.json", json.dumps([{f"c{i}": 1 for i in range(2100)}])), "2,000 columns"),
    "csv with 2,100 columns": (
        lambda: file("x.csv", ",".join(f"c{i}" for i in range(2100)) + "\n"), "2,000"),
    "entities in a log": (
        lambda: file("a.xes", '<!DOCTYPE l [<!ENTITY a "b">]><log><trace/></log>'), "entities"),
    "a log with too many attributes": (
        lambda: file("a.xes", "<log><trace>" + "".join(
            f'<string key="k{i}" value="v"/>' for i in range(20_000)) + "</trace></log>"),
        "more than 2,000 attributes"),
    "a log with attributes in one tag": (
        lambda: file("a.xes", "<log " + " ".join(f'a{i}="1"' for i in range(200_000)) + "/>"),
        "a.xes"),
    "a log without a trace": (lambda: file("a.xes", "<log/>"), "no trace"),
    "only impossible dates": (
        lambda: file("record.csv",
                     HEAD + row(1, opened="0000-01-01") + row(2, opened="9999-12-31")),
        "as-of"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_in_a_sentence(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made, words = REFUSED[name]
    tracemalloc.start()
    try:
        assert audit(made()) == 2
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    text = told(capsys)
    assert words in text
    assert "Traceback" not in text
    assert "%(" not in text
    assert most < 300 * MIB


READ: dict[str, tuple[Made, int, int, str]] = {
    # what is given, rows used, rows rejected, the code of the first of them
    "formula cells": (
        lambda: file("record.csv", HEAD + row(1, '"=HYPERLINK(""http://x"")"')),
        1, 0, ""),
    "a cell of 10 MB": (
        lambda: file("record.csv", HEAD + GOOD + row(9, "x" * 10 * MIB)),
        3, 1, "cell_size"),
    "a cell of 10 MB first": (
        lambda: file("record.csv", HEAD + row(9, "x" * 10 * MIB) + GOOD), 3, 1, "cell_size"),
    "NULs": (lambda: file("record.csv", HEAD + row(1, "n\0et") + row(2)), 2, 0, ""),
    "utf-16": (
        lambda: file("record.csv", (HEAD + GOOD + row(7, "Müller")).encode("utf-16")),
        4, 0, ""),
    "utf-16 without a mark": (
        lambda: file("record.csv", (HEAD + GOOD + row(7, "Müller")).encode("utf-16-le")), 4, 0, ""),
    "latin-1": (
        lambda: file("record.csv", (HEAD + GOOD + row(7, "Müller")).encode("latin-1")),
        4, 0, ""),
    "windows-1252": (
        lambda: file("record.csv", (HEAD + GOOD + row(7, "5 €")).encode("cp1252")),
        4, 0, ""),
    "bytes of no code page": (
        lambda: file("record.csv", (HEAD + GOOD).encode()
                     + b"R7,incident,open,2026-03-02,\x81\x8d\xff\n"),
        4, 0, ""),
    "a mark before utf-8": (
        lambda: file("record.csv", ("\ufeff" + HEAD + GOOD).encode()),
        3, 0, ""),
    "ragged rows": (
        lambda: file("record.csv", HEAD + GOOD + "R8,incident\nR9,a,b,c,d,e,f\n"),
        3, 2, "cells"),
    "a broken quote": (
        lambda: file("record.csv", HEAD + 'R7,"incident,closed,2026-03-02,net\n' + GOOD * 1
                     + "".join(row(n) for n in range(10, 60))), 53, 1, "quote"),
    "a broken quote in the last cell": (
        lambda: file("record.csv", HEAD + row(7, '"net') + "".join(row(n) for n in range(10, 60))),
        51, 0, ""),
    "two broken quotes": (
        lambda: file("record.csv", HEAD + row(7, '"net') + GOOD + row(8, '"net')
                     + "".join(row(n) for n in range(10, 60))), 55, 0, ""),
    "line breaks in cells": (
        lambda: file("record.csv", HEAD + GOOD + row(7, '"a\n\nb,c\n"')),
        4, 0, ""),
    "old line ends": (lambda: file("record.csv", (HEAD + GOOD).replace("\n", "\r")), 3, 0, ""),
    "double headers": (
        lambda: file("record.csv", HEAD.strip() + ",team\n" + "".join(
            row(n).strip() + ",x\n" for n in range(3))), 3, 0, ""),
    "headers that differ in case": (
        lambda: file("record.csv", HEAD.strip() + ",Team,TEAM\n" + "".join(
            row(n).strip() + ",x,y\n" for n in range(3))), 3, 0, ""),
    "a header again in the middle": (
        lambda: file("record.csv", HEAD + GOOD + HEAD + row(9)),
        4, 1, "header"),
    "a footer": (lambda: file("record.csv", HEAD + GOOD + "3 rows\n"), 3, 1, "footer"),
    "lines before the header": (
        lambda: file("record.csv", "My export\n\n" + HEAD + GOOD),
        3, 0, ""),
    "separators at the line ends": (
        lambda: file("record.csv", "".join(line + ";\n" for line in (HEAD + GOOD).replace(
            ",", ";").splitlines())), 3, 0, ""),
    "year 0 and year 9999": (
        lambda: file("record.csv", HEAD + GOOD + row(7, opened="0000-00-00") + row(
            8, opened="9999-12-31T00:00:00Z")), 3, 2, "required"),
    "huge numbers": (
        lambda: file("record.csv", "id,kind,state,opened_at,priority\n"
                     "R1,incident,open,2026-03-02T08:00:00Z," + "9" * 400 + "\n"), 1, 0, ""),
    "ids that repeat": (lambda: file("record.csv", HEAD + GOOD + row(1, "other")), 3, 1, "key"),
    "a column called __line": (
        lambda: file("record.csv", HEAD.strip() + ",__line\n" + "".join(
            row(n).strip() + ",7\n" for n in range(3))), 3, 0, ""),
    "a lone surrogate": (
        lambda: file("record.json", '[{"id":"R1","kind":"incident","state":"open",'
                     '"opened_at":"2026-03-02T08:00:00Z","team":"\\ud800"}]'), 1, 0, ""),
    "json rows of other kinds": (
        lambda: file("record.ndjson", '{"id":"R1","kind":"incident","state":"open",'
                     '"opened_at":"2026-03-02T08:00:00Z"}\n[1]\nnonsense\n'), 1, 2, "cells"),
    "xlsx formulas": (
        lambda: book(("id", "kind", "state", "opened_at", "team"),
                     ("R1", "incident", "open", "2026-03-02T08:00:00Z", "=1+1")), 1, 0, ""),
    "xlsx ragged": (
        lambda: book(("id", "kind", "state", "opened_at"),
                     ("R1", "incident", "open", "2026-03-02T08:00:00Z"),
                     ("R2", "incident", "open", "2026-03-02T08:00:00Z", "more", "cells")),
        1, 1, "cells"),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_hostile_file_is_read_and_every_row_told(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made, used, wrong, code = READ[name]
    assert audit(made()) == 0, told(capsys)
    assert "Traceback" not in told(capsys)
    adds_up()
    got = intake()
    assert (got["rows_used"], got["rows_rejected"]) == (used, wrong), rejected()
    if code:
        assert code in [r["code"] for r in rejected()]
    assert all(r["raw"][:1] not in ("=", "+", "@") for r in rejected())


def test_negative_money_and_circles_of_relations_are_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A credit is no fault, and items that depend on each other in a circle end no run."""
    file("record.csv", HEAD + GOOD)
    file("cost.csv", "id,month,amount,line\nC1,2026-03-01,-12.50,mail\n")
    file("ci.csv", "id,name\nA,a\nB,b\nC,c\n")
    file("relation.csv", "parent,child,kind\nA,B,depends_on\nB,C,depends_on\nC,A,depends_on\n"
         "A,A,depends_on\n")  # fmt: skip
    names = [Path(f"{n}.csv") for n in ("record", "cost", "ci", "relation")]
    given = [str(p) for p in names]
    assert cli.main(["audit", *given, "--out", "out", "--only", "X05,MR-11,MR-10,MR-03,V01"]) == 0
    assert "Traceback" not in told(capsys)
    adds_up()
    assert intake()["rows_rejected"] == 0
