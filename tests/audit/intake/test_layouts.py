"""Words, numbers and headings as exports really have them, by the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.audit.intake.more_samples import MORE
from tests.audit.intake.samples import SAMPLES, table
from trueup import cli


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def audit(name: str, text: str, *words: str) -> int:
    Path(name).write_text(text, "utf-8")
    given = ["--out", "out", "--only", "Z02", "--formats", "json"]
    return cli.main(["audit", name, *words, *given])


def asked(table: str, what: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.sql(f"SELECT {what} FROM 'out/pack/{table}.parquet' ORDER BY ALL").fetchall()


def intake() -> dict[str, Any]:
    got: dict[str, Any] = json.loads(Path("out/pack/intake.json").read_text("utf-8"))
    return got


def rejected() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path("out/pack/rejected.csv").read_text("utf-8"))))


def unknown_words() -> dict[str, int]:
    return {w: n for note in intake()["notes"] for w, n in note.get("words_unknown", {}).items()}


JIRA = "Summary|Issue key|Issue id|Issue Type|Status|Priority|Resolution|Created|Resolved"


@pytest.mark.parametrize(("words", "graded"), [
    (("Blocker", "Critical", "Major", "Minor", "Trivial"), [1, 2, 3, 4, 5]),
    (("Major", "Critical", "Major", "Minor", "Minor"), [3, 2, 3, 4, 4]),
    (("Critical", "High", "Medium", "Low", "Lowest"), [1, 2, 3, 4, 5]),
])  # fmt: skip
def test_the_scheme_of_jira_priorities_is_that_of_its_words(
    words: tuple[str, ...], graded: list[int]
) -> None:
    rows = [f"Mail|DESK-{n}|{n}|Incident|In Progress|{word}||2026-03-0{n} 09:00|"
            for n, word in enumerate(words, start=1)]  # fmt: skip
    assert audit("jira.csv", table(JIRA, *rows)) == 0
    assert asked("record", "id, priority") == [
        (f"DESK-{n}", grade) for n, grade in enumerate(graded, start=1)]  # fmt: skip


def test_a_german_jira_is_read_with_comments_and_waits() -> None:
    rows = (
        "Zusammenfassung|Vorgangsschlüssel|Vorgangs-ID|Vorgangstyp|Status|Priorität|Lösung"
        "|Bearbeiter|Autor|Erstellt|Erledigt|Kommentar|Kommentar",
        "Mail|DESK-1|1|Störung|Warten auf Kunden|Niedrigste||Bob|Ann|13/Mai/26 9:00 AM|"
        "|13/Mai/26 9:30 AM;bob;Welche?|",
        "Netz|DESK-2|2|Störung|Erledigt|Höchste|Fertig|Bob|Ann|14/März/26 9:00 AM"
        "|14/März/26 2:00 PM|14/März/26 9:30 AM;bob;eins|14/März/26 9:40 AM;bob;zwei",
    )
    assert audit("jira.csv", table(*rows, to=";")) == 0
    assert asked("record", "id, state, priority, kind") == [
        ("DESK-1", "waiting", 5, "incident"), ("DESK-2", "resolved", 1, "incident")]  # fmt: skip
    assert asked("message", "record, count(*) OVER ()")[0] == ("DESK-1", 3)
    assert not unknown_words()


def test_a_cancelled_issue_was_not_resolved_too() -> None:
    rows = (
        "Mail|DESK-1|1|Incident|Canceled|High|Won't Do|2026-03-13 09:00|2026-03-13 10:00",
        "Mail|DESK-2|2|Incident|Resolved|High|Done|2026-03-14 09:00|2026-03-14 10:00",
    )
    assert audit("jira.csv", table(JIRA, *rows)) == 0
    assert asked("event", "entity_id, activity") == [
        ("DESK-1", "cancelled"), ("DESK-1", "opened"),
        ("DESK-2", "opened"), ("DESK-2", "resolved")]  # fmt: skip


def test_comments_inside_issues_have_their_direction_and_public() -> None:
    assert audit("search.json", MORE["jira interface with comments"].files["search.json"]) == 0
    assert asked("message", "id, direction, public, strftime(\"at\", '%H:%M')") == [
        ("C-DESK-1-1", "out", True, "09:10"), ("C-DESK-1-2", "in", True, "09:20")]  # fmt: skip


@pytest.mark.parametrize(("heading", "state", "priority"), [
    ("ID;Titel;Einheit;Status;Eröffnungsdatum;Priorität;Anforderer - Anforderer;"
     "Zugewiesen an - Techniker;Zugewiesen an - Technikergruppe;Kategorie;Typ;Lösungsdatum;"
     "Abschlussdatum", "Wartend", "Sehr hoch"),
    ("ID;Titre;Entité;Statut;Date d'ouverture;Priorité;Demandeur - Demandeur;"
     "Attribué à - Technicien;Attribué à - Groupe de techniciens;Catégorie;Type;"
     "Date de résolution;Date de clôture", "En attente", "Très haute"),
])  # fmt: skip
def test_a_glpi_list_has_plain_numbers_and_the_first_of_several(
    heading: str, state: str, priority: str
) -> None:
    row = (f'"12 345";"Mail";"Nord";"{state}";"13-03-2026 09:00";"{priority}";"Ann";"Bob\nEve";'
           '"Netz\nServer";"IT > Mail";"Incident";"";"";\n')  # fmt: skip
    other = row.replace("12 345", "12 346").replace("\nEve", "").replace("\nServer", "")
    assert audit("glpi.csv", f"{heading};\n{row}{other}", "--keep-names") == 0
    assert asked("record", "id, state, priority, team, assignee") == [
        (id, "waiting", 1, "Netz", "Bob") for id in ("12345", "12346")]  # fmt: skip


def test_references_shown_by_name_are_read_by_name() -> None:
    rows = [
        {
            "number": f"INC{n:04}",
            "opened_at": f"2026-03-{n + 10} 09:00:00",
            "state": "In Progress",
            "priority": "2 - High",
            "short_description": "Mail",
            "assignment_group": {"display_value": "Net", "link": "https://x/1"},
            "company": {"display_value": "Nord", "value": "f" * 32, "link": "https://x/2"},
            "caller_id": {"display_value": "Ann", "link": "https://x/3"},
        }
        for n in range(9)
    ]
    assert audit("i.json", json.dumps({"result": rows})) == 0
    assert set(asked("record", "team, customer")) == {("Net", "Nord")}
    assert asked("person", "count(*)") == [(1,)]


def test_intervals_with_labels_are_a_history_of_the_list_beside_them() -> None:
    Path("metric.csv").write_text(
        table(
            "Number|Definition|Value|Start|End|Duration|Calculation complete",
            "INC0001|Incident State Duration|New|2026-03-13 09:00:00|2026-03-13 09:20:00||true",
            "INC0001|Incident State Duration|In Progress|2026-03-13 09:20:00|||false",
        ),
        "utf-8",
    )
    text = table(
        "Number|State|Opened|Priority|Assignment group",
        "INC0001|In Progress|2026-03-13 09:00:00|2 - High|Net",
    )
    assert audit("incident.csv", text, "metric.csv") == 0
    assert ("started", "2026-03-13 09:20") in asked(
        "event", "activity, strftime(at_occurred, '%Y-%m-%d %H:%M')"
    )
    assert intake()["repair_first"] == []


def test_p1_to_p5_are_priorities_and_dutch_headings_are_read() -> None:
    rows = [f"I 2603 00{n}|Ann|Mail|P{n}|Netwerk|Bob|Wacht op gebruiker|1{n}-03-2026 09:00||"
            for n in range(1, 6)]  # fmt: skip
    head = (
        "Meldingnummer|Aanmelder|Korte omschrijving|Prioriteit|Behandelaarsgroep|Behandelaar"
        "|Status|Aanmelddatum|Datum gereed|Datum afgemeld"
    )
    assert audit("m.csv", table(head, *rows, to=";")) == 0
    assert asked("record", "id, priority, state") == [
        (f"I 2603 00{n}", n, "waiting") for n in range(1, 6)]  # fmt: skip


def test_words_that_say_nothing_are_no_fault() -> None:
    """Offered, no survey, in process, an ordinary type: known words, no emptied cells."""
    for name in ("zendesk", "freshdesk", "freshservice"):
        sample = next(s for n, s in SAMPLES.items() if n.startswith(name))
        file, text = next(iter(sample.files.items()))
        assert audit(file, text) == 0
        assert not {w for w in unknown_words() if "Offered" in w or w.startswith("Type: ")}, name


def test_the_opening_that_a_history_repeats_is_no_rejected_row() -> None:
    sample = next(s for s in SAMPLES.values() if "otrs.history" in s.sources)
    for name, text in sample.files.items():
        Path(name).write_text(text, "utf-8")
    assert cli.main(["audit", *sample.files, "--out", "out", "--only", "Z02"]) == 0
    assert not [r for r in rejected() if "NewTicket" in r["reason"]]


LIST = "Number|State|Opened|Resolved|Assignment group"


def test_one_number_with_two_openings_is_told_and_not_merged() -> None:
    assert audit("i.csv", table(LIST,
        "INC0001|Closed|2026-03-13 09:00:00|2026-03-13 10:00:00|Net",
        "INC0001|Closed|2026-03-15 09:00:00|2026-03-15 10:00:00|Desk",
        "INC0002|Closed|2026-03-14 09:00:00|2026-03-14 10:00:00|Net",
        "INC0002|Closed|2026-03-14 09:00:00|2026-03-14 10:00:00|Desk")) == 0  # fmt: skip
    assert asked("record", "id, day(opened_at)") == [("INC0001", 13), ("INC0002", 14)]
    got = intake()
    assert (got["rows_used"], got["rows_merged"], got["rows_rejected"]) == (2, 1, 1)
    assert [(r["line"], r["record"], r["code"]) for r in rejected()] == [("3", "INC0001", "key")]


def test_a_date_column_that_was_set_aside_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"INC{n:04}|New|2026-{n:02}-03 09:00:00||Net" for n in range(1, 7)]
    rows += [f"INC{n:04}|New|{n}/03/2026 09:00||Net" for n in range(13, 20)]
    assert audit("i.csv", table(LIST, *rows)) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "the column was set aside: a spreadsheet converted one half of the dates" in said


def test_nuls_that_were_taken_out_are_told() -> None:
    rows = table(
        LIST, "INC\0001|New|2026-03-13 09:00:00||Net", "INC0002|New|2026-03-14 09:00:00||Net"
    )
    assert audit("i.csv", rows) == 0
    assert intake()["sources"][0]["notes"] == ["NUL characters taken out: 1"]


def test_why_a_column_is_not_used_is_told() -> None:
    rows = ("Mail|DESK-1|1|Incident|Resolved|High|Done|2026-03-13 09:00|2026-03-13 10:00",)
    assert audit("jira.csv", table(JIRA, *rows)) == 0
    told = intake()["columns_ignored"]
    assert told["Summary"] == "a text: kept out unless a mapping says texts = true"
    assert told["Issue id"] == "no place in the evidence"


def test_an_epoch_of_nought_is_no_date() -> None:
    Path("m.toml").write_text(
        'format = "trueup-mapping/1"\nname = "x"\n[[table]]\ninto = "record"\n[table.columns]\n'
        'id = "n"\nkind = { const = "incident" }\nstate = "s"\nopened_at = "o"\n'
        'resolved_at = "r"\n[defaults]\nzone = "Europe/Berlin"\n',
        "utf-8",
    )
    rows = "".join(
        f"{n},new,17726412000{n:02},{0 if n % 2 else 1772644800000}\n" for n in range(10, 30)
    )
    assert audit("x.csv", f"n,s,o,r\n{rows}", "--mapping", "m.toml") == 0
    assert asked("record", "count(*), count(resolved_at)") == [(20, 10)]
    assert rejected() == []
    assert (intake()["zone"], intake()["zone_assumed"]) == ("Europe/Berlin", False)
