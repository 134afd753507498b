"""The mapping file of the specification, with every part of it, on an export of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings
from trueup.core.refusals import Refused

MAPPING = """
format = "trueup-mapping/1"
name = "acme-tickets"
source = "acme helpdesk 4"
[file]
match = "tickets_*.csv"
encoding = "latin-1"
delimiter = ";"
decimal = ","
thousands = "."
header_row = 2
[recognise]
need = ["Ticket No", "Angelegt am", "Gruppe"]
any = ["Gelöst am", "Bewertung"]
not = ["Change No"]
probe = { "Ticket No" = "^T-\\\\d{6}$" }
[defaults]
zone = "Europe/Berlin"
dates = "dd.mm.yyyy HH:MM"
missing = ["?", "n/a", "k.A."]
exported_at = "2025-07-01T06:00:00Z"
texts = false
keep_names = false
resolved_is_closed = false
robots = ["system", "monitoring"]
[[table]]
into = "record"
key = "Ticket No"
where = "Typ not in ['Test', 'Spam']"
[table.columns]
id = "Ticket No"
kind = { from = "Typ", words = "kind" }
title = { from = "Betreff", use = "trim" }
customer = { from = "Firma", make = "customer" }
requester = { from = "Melder", make = "person" }
service = { from = "Kategorie", use = "part('>', 1)", words = "service", make = "service" }
category = { from = "Kategorie", use = "part('>', 2)" }
team = "Gruppe"
level = { from = "Gruppe", words = "level" }
assignee = { from = "Bearbeiter", make = "person" }
priority = { from = "Prio", words = "priority" }
state = { from = "Status", words = "state" }
source_state = "Status"
opened_at = { from = "Angelegt am", required = true }
resolved_at = "Gelöst am"
closed_at = "Geschlossen am"
reported_sla_met = { from = "SLA verletzt", use = "invert" }
reassignment_count = { from = "Stationen", minus = 1 }
[[table]]
into = "survey"
where = "Bewertung is not missing"
[table.columns]
id = { join = ["'S-'", "Ticket No"] }
record = "Ticket No"
sent_at = "Umfrage am"
answered_at = "Bewertet am"
csat = { from = "Bewertung", scale = { worst = 6, best = 1 } }
[[table]]
into = "worklog"
where = "Aufwand is not missing"
[table.columns]
record = "Ticket No"
started_at = "Angelegt am"
minutes = { from = "Aufwand", unit = "hours" }
[words.kind]
"Störung" = "incident"
"Anfrage" = "request"
[words.priority]
"1 - Kritisch" = 1
"hoch" = 2
"3" = 3
"mittel" = 3
"niedrig" = 4
[words.state]
"Neu" = "open"
"In Arbeit" = "open"
"Wartet auf Kunde" = { state = "waiting", reason = "customer" }
"Gelöst" = "resolved"
"Geschlossen" = "closed"
[words.level]
"Service Desk" = 1
"Netz" = 2
[words.service]
"Mail" = "mail"
[events]
mode = "history"
file = "verlauf_*.csv"
record = "Ticket No"
at = "Zeit"
recorded = "Erfasst"
actor = "Wer"
field = "Feld"
old = "Alt"
new = "Neu"
order = "Lfd"
[events.fields]
"Status" = "state"
"Gruppe" = "team"
"Bearbeiter" = "assignee"
"Prio" = "priority"
[expect]
rows = 4
first = "2025-03-13"
last = "2025-04-04"
"""
HEAD = (
    "Ticket No;Typ;Betreff;Firma;Melder;Kategorie;Gruppe;Bearbeiter;Prio;Status;Angelegt am;"
    "Gelöst am;Geschlossen am;SLA verletzt;Stationen;Bewertung;Umfrage am;Bewertet am;Aufwand\n"
)
ROWS = (
    "T-000001;Störung;Mail;Nord;Ann;Mail > Versand;Netz;Bob;hoch;Geschlossen;13.03.2025 09:00;"
    "13.03.2025 12:00;20.03.2025 09:00;nein;2;1;14.03.2025 09:00;15.03.2025 09:00;1,5\n"
    "T-000002;Anfrage;Konto;Nord;k.A.;Mail;Service Desk;Bob;1 - Kritisch;Wartet auf Kunde;"
    "02.04.2025 09:00;;;ja;1;;;;\n"
    "T-000003;Störung;Netz;Süd;Cem;Mail;Netz;Bob;3;Neu;04.04.2025 00:30;;;n/a;1;;;;\n"
    "T-000004;Spam;x;Süd;Cem;Mail;Netz;Bob;3;Neu;04.04.2025 00:30;;;;1;;;;\n"
)
HISTORY = (
    "Lfd;Ticket No;Zeit;Erfasst;Wer;Feld;Alt;Neu\n"
    "1;T-000002;02.04.2025 09:10;02.04.2025 09:30;Bob;Status;Neu;In Arbeit\n"
    "2;T-000002;02.04.2025 10:00;02.04.2025 10:00;system;Gruppe;Netz;Service Desk\n"
    "3;T-000002;02.04.2025 11:00;02.04.2025 11:00;Bob;Status;In Arbeit;Wartet auf Kunde\n"
    "4;T-000009;02.04.2025 11:00;02.04.2025 11:00;Bob;Status;In Arbeit;Wartet auf Kunde\n"
)


def made(folder: Path, mapping: str = MAPPING, rows: str = ROWS) -> Pack:
    (folder / "map.toml").write_text(mapping, "utf-8")
    files = [folder / "tickets_1.csv", folder / "verlauf_1.csv"]
    files[0].write_text("Tickets of ACME\n" + HEAD + rows, "latin-1")
    files[1].write_text(HISTORY, "latin-1")
    return open_inputs(files, folder / "pack", Settings(mapping=folder / "map.toml"))


def asked(pack: Pack, table: str, what: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        return con.sql(f"SELECT {what} FROM ({pack.relation_sql(table)}) ORDER BY ALL").fetchall()


def test_every_part_of_a_mapping_is_carried_out(tmp_path: Path) -> None:
    pack = made(tmp_path)
    columns = "id, kind, service, category, team, level, priority, state, reassignment_count"
    assert asked(pack, "record", columns) == [
        ("T-000001", "incident", "mail", "Versand", "Netz", 2, 2, "closed", 1),
        ("T-000002", "request", "mail", None, "Service Desk", 1, 1, "waiting", 0),
        ("T-000003", "incident", "mail", None, "Netz", 2, 3, "open", 0),
    ]
    assert asked(pack, "record", "reported_sla_met, requester IS NULL") == [
        (False, True), (True, False), (None, False)]  # fmt: skip
    assert asked(pack, "record", "CAST(min(opened_at) AS VARCHAR)")[0][0].startswith(
        "2025-03-13 08:00")  # fmt: skip
    assert asked(pack, "survey", "id, record, csat") == [("S-T-000001", "T-000001", 5)]
    assert asked(pack, "worklog", "record, minutes") == [("T-000001", 90.0)]
    told = {a for (a,) in asked(pack, "event", "DISTINCT activity")}
    assert {"opened", "started", "assigned", "paused", "resolved", "closed"} <= told
    assert asked(pack, "event", "waiting_for, team").count(("customer", "Service Desk")) == 1
    late = "sum(CASE WHEN at_recorded > at_occurred THEN 1 ELSE 0 END)"
    assert asked(pack, "event", late) == [(1,)]
    assert [p for p in asked(pack, "person", "kind") if p[0]] == []
    assert pack.manifest.as_of.isoformat() == "2025-07-01T06:00:00+00:00"


def test_rows_left_out_by_a_condition_are_told(tmp_path: Path) -> None:
    pack = made(tmp_path)
    told = pack.intake
    assert told["rows_read"] == 8
    assert told["rows_used"] + told["rows_merged"] + told["rows_rejected"] == 8
    rejected = (tmp_path / "pack" / "rejected.csv").read_text("utf-8")
    assert "tickets_1.csv,6,,,unused" in rejected
    assert "verlauf_1.csv,5,T-000009" in rejected


def test_a_difference_from_what_is_expected_stops(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="rows 3, expected 4"):
        made(tmp_path, rows="".join(ROWS.splitlines(keepends=True)[:3]))


def test_closing_may_be_the_end_of_the_work(tmp_path: Path) -> None:
    plain = MAPPING.replace('resolved_at = "Gelöst am"\n', "")
    pack = made(tmp_path, plain.replace("resolved_is_closed = false", "resolved_is_closed = true"))
    assert asked(pack, "record", "count(*) FILTER (WHERE resolved_at = closed_at)") == [(1,)]


@pytest.mark.parametrize(("old", "new", "words"), [
    ('into = "survey"', 'into = "surveys"', "no table of the evidence"),
    ('priority = { from', 'prio = { from', "no column of record"),
    ('use = "trim"', 'use = "eval"', "no function of a mapping"),
    ('"Neu" = "open"', '"Neu" = "fresh"', "no word of record.state"),
    ("part('>', 1)", "capture('(a+)+b')", "no pattern that is allowed"),
    ('mode = "history"', 'mode = "dreams"', "no mode of events"),
    ('zone = "Europe/Berlin"', 'zone = "Mars/Base"', "no time zone"),
    ('[defaults]', '[default]', "no part of a mapping"),
])  # fmt: skip
def test_a_wrong_mapping_stops_with_its_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(Refused, match=re.escape(words)) as told:
        made(tmp_path, MAPPING.replace(old, new, 1))
    assert str(told.value).startswith("Line ")


@pytest.mark.parametrize(("cells", "first"), [
    (("03/04/2026 09:00", "05/13/2026 10:00"), "2026-03-04"),  # another column: month first
    (("03/04/2026 09:00", "13/05/2026 10:00"), "2026-04-03"),
    (("03/04/2026 09:00", "04/03/2026 10:00"), "2026-03-04"),  # else solved before it is opened
])  # fmt: skip
def test_day_or_month_first_is_decided_by_the_whole_file(
    tmp_path: Path, cells: tuple[str, str], first: str
) -> None:
    head = "Number,State,Opened,Resolved,Assignment Group,Caller\n"
    rows = "".join(f"INC000{i},Closed,{cells[0]},{cells[1]},Net,Ann{i}\n" for i in range(5))
    (tmp_path / "x.csv").write_text(head + rows, "utf-8")
    pack = open_inputs([tmp_path / "x.csv"], tmp_path / "pack")
    assert str(asked(pack, "record", "min(CAST(opened_at AS DATE))")[0][0]) == first


def test_dates_that_a_spreadsheet_half_converted_are_set_aside(tmp_path: Path) -> None:
    head = "Number,State,Opened,Resolved,Assignment Group,Caller\n"
    rows = [f"INC00{i},Closed,2026-01-02,2026-{i:02}-03 09:00,Net,Ann\n" for i in range(1, 9)]
    rows += [f"INC10{i},Closed,2026-01-02,{12 + i}/3/2026 9:00,Net,Ann\n" for i in range(1, 9)]
    (tmp_path / "x.csv").write_text(head + "".join(rows), "utf-8")
    pack = open_inputs([tmp_path / "x.csv"], tmp_path / "pack")
    told = str(pack.intake["notes"])
    assert "a spreadsheet converted one half of the dates" in told
    assert asked(pack, "record", "count(resolved_at)") == [(0,)]
