"""The mapping that docs/imports.md shows is one that works."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings

DOCS = Path(__file__).resolve().parents[3] / "docs" / "imports.md"
EXPORT = """Ticket No;Typ;Melder;Gruppe;Prio;Status;Angelegt am;Gelöst am;Geschlossen am
T-1;Störung;Ann;Netz;hoch;Geschlossen;13.03.2026 09:00;13.03.2026 12:00;20.03.2026 09:00
T-2;Anfrage;Bob;Desk;mittel;Wartet auf Kunde;02.04.2026 09:00;;
"""


def test_the_shown_mapping_reads_its_export(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert shown
    (tmp_path / "map.toml").write_text(shown[1], "utf-8")
    (tmp_path / "tickets.csv").write_text(EXPORT, "utf-8")
    told = Settings(mapping=tmp_path / "map.toml")
    pack = open_inputs([tmp_path / "tickets.csv"], tmp_path / "pack", told)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        rows = con.sql(
            "SELECT id, kind, priority, state, CAST(opened_at AS TIMESTAMP) FROM "
            f"({pack.relation_sql('record')}) ORDER BY id"
        ).fetchall()
    assert [row[:4] for row in rows] == [
        ("T-1", "incident", 2, "closed"), ("T-2", "request", 3, "waiting"),
    ]  # fmt: skip
    assert str(rows[0][4]) == "2026-03-13 08:00:00"
