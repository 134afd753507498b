"""Each mapped source on a small file of its own: recognised by its headings, rows carried over."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings


@dataclass(frozen=True)
class Sample:
    """A file and what must come of it: source, states in order of id, activities that occur."""

    text: str
    source: str
    states: list[str]
    activities: set[str] = field(default_factory=lambda: {"opened"})
    priorities: list[int] = field(default_factory=lambda: [2, 4])


SAMPLES = {
    "jira": Sample(
        "Summary,Issue key,Issue id,Issue Type,Status,Priority,Assignee,Reporter,Created,Resolved\n"
        "Mail,HD-1,1001,Incident,Done,High,ann,bob,02/Mar/26 9:00 AM,02/Mar/26 1:00 PM\n"
        "Disk,HD-2,1002,Service Request,In Progress,Low,ann,cem,13/Mar/26 9:00 AM,\n",
        "jira.csv", ["closed", "open"], {"opened", "resolved"},
    ),
    "zendesk": Sample(
        "Id,Requester,Assignee,Group,Subject,Status,Priority,Created at,Solved at,"
        "Satisfaction Score,Group stations\n"
        "1,Ann,Bob,Desk,Mail,Closed,High,2026-03-02 09:00,2026-03-02 13:00,Good,1\n"
        "2,Cem,Bob,Desk,Disk,Open,Low,2026-03-13 09:00,,Offered,2\n",
        "zendesk.csv", ["closed", "open"], {"opened", "resolved"},
    ),
    "freshservice": Sample(
        "Ticket Id,Subject,Type,Status,Urgency,Impact,Priority,Group,Agent,Requester Name,"
        "Created Time,Initial Response Time,Resolved Time,Closed Time\n"
        "7,Mail,Incident,Closed,High,High,High,Desk,Bob,Ann,2026-03-02 09:00:00,"
        "2026-03-02 09:20:00,2026-03-02 13:00:00,2026-03-05 09:00:00\n"
        "8,Disk,Service Request,Open,Low,Low,Low,Desk,Bob,Cem,2026-03-13 09:00:00,,,\n",
        "freshservice.csv", ["closed", "open"], {"opened", "resolved", "closed"},
    ),
    "freshdesk": Sample(
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Resolved time,"
        "Closed time,Initial response time,Resolution status\n"
        "7,Mail,Closed,High,Email,Incident,Bob,Desk,2026-03-02 09:00:00,2026-03-02 13:00:00,"
        "2026-03-05 09:00:00,2026-03-02 09:10:00,Within SLA\n"
        "8,Disk,Pending,Low,Portal,Request,Bob,Desk,2026-03-13 09:00:00,,,,SLA Violated\n",
        "freshdesk.csv", ["closed", "waiting"], {"opened", "resolved", "closed"},
    ),
    "glpi": Sample(
        '"ID";"Titre";"Entité";"Statut";"Date d\'ouverture";"Priorité";'
        '"Attribué à - Groupe de techniciens";"Type";"Date de résolution"\n'
        '"12 345";"Mail";"Nord";"Clos";"02-03-2026 09:00";"Haute";"Desk";"Incident";'
        '"02-03-2026 13:00"\n'
        '"12 346";"Disque";"Nord";"En attente";"13-03-2026 09:00";"Basse";"Desk";"Demande";""\n',
        "glpi.list", ["closed", "waiting"],
    ),
    "bmc": Sample(
        "Incident Number,Service Type,Status,Priority,Assigned Group,Submit Date,"
        "Last Resolved Date,SLM Status,HPD_CI\n"
        "INC000000000101,User Service Restoration,Closed,High,Desk,02/03/2026 09:00,"
        "02/03/2026 13:00,Met,srv1\n"
        "INC000000000102,User Service Request,Pending,Low,Desk,13/03/2026 09:00,,Missed,srv2\n",
        "bmc", ["closed", "waiting"],
    ),
    "servicenow list": Sample(
        "Number,Opened,State,Priority,Assignment Group,Assigned To,Caller,Reassignment Count,"
        "Resolved,Closed\n"
        "INC0001,2026-03-02 09:00:00,Closed,2 - High,Desk,Bob,Ann,1,2026-03-02 13:00:00,"
        "2026-03-07 13:00:00\n"
        "INC0002,2026-03-13 09:00:00,On Hold,4 - Low,Desk,Bob,Cem,0,,\n",
        "servicenow.incident", ["closed", "waiting"], {"opened", "resolved", "closed"},
    ),
    "servicenow change": Sample(
        "number,type,state,risk,start_date,end_date,work_start,work_end,assignment_group,opened_at\n"
        "CHG0001,Normal,Closed,High,2026-03-04 20:00:00,2026-03-04 22:00:00,2026-03-04 20:05:00,"
        "2026-03-04 21:30:00,Net,2026-03-01 09:00:00\n"
        "CHG0002,Emergency,New,Low,2026-03-24 20:00:00,2026-03-24 22:00:00,,,Net,"
        "2026-03-20 09:00:00\n",
        "servicenow.change", ["closed", "open"],
    ),
    "itop": Sample(
        "ref,org_name,title,status,priority,start_date,resolution_date,close_date,team_name,"
        "caller_name,sla_ttr_passed\n"
        "I-000001,Nord,Mail,closed,1,2026-03-02 09:00:00,2026-03-02 13:00:00,2026-03-09 09:00:00,"
        "Desk,Ann,no\n"
        "I-000002,Nord,Disk,pending,3,2026-03-13 09:00:00,,,Desk,Cem,yes\n",
        "itop.csv", ["closed", "waiting"], {"opened", "resolved", "closed"}, [1, 3],
    ),
}  # fmt: skip


def carried(folder: Path, text: str, **settings: str) -> Pack:
    """One file read by the intake."""
    (folder / "export.csv").write_text(text, "utf-8")
    return open_inputs([folder / "export.csv"], folder / "pack", Settings(**settings))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_source_is_recognised_and_carried(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]
    pack = carried(tmp_path, sample.text)
    assert [s["recognised_as"] for s in pack.intake["sources"]] == [sample.source]
    with duckdb.connect() as con:
        record, event = (pack.relation_sql(t) for t in ("record", "event"))
        rows = con.sql(f"SELECT state, priority FROM ({record}) ORDER BY id").fetchall()
        assert [state for state, _ in rows] == sample.states
        if "riority" in sample.text:
            assert [priority for _, priority in rows] == sample.priorities
        found = {a for (a,) in con.sql(f"SELECT DISTINCT activity FROM ({event})").fetchall()}
        assert sample.activities <= found
        first = con.sql(f"SELECT min(opened_at) FROM ({record})").fetchall()
        assert str(first[0][0]).startswith("2026-03-0")
    told = pack.intake
    parts = told["rows_used"] + told["rows_merged"] + told["rows_rejected"]
    assert parts == told["rows_read"] == 2


@pytest.mark.parametrize("name", SAMPLES)
def test_the_order_of_rows_changes_no_byte(tmp_path: Path, name: str) -> None:
    head, *rows = SAMPLES[name].text.splitlines(keepends=True)
    made = []
    for number, order in enumerate((rows, rows[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        carried(folder, head + "".join(order))
        made.append(folder / "pack" / "record.parquet")
    tables = [duckdb.read_parquet(str(path)).fetchall() for path in made]
    kept = [[tuple(str(v) for v in row) for row in table] for table in tables]
    assert len(kept[0]) == len(kept[1]) == 2
    assert [row[1] for row in kept[0]] == [row[1] for row in kept[1]]
