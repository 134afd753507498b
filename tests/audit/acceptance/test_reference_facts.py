"""Facts of the public logs that the evidence reproduces: one row of the reference, one test.

A fact is asked of the pack that the intake wrote (its tables or its report), never of the file.
What the evidence cannot say stands in NOT_SAID with the reason.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import logs_folder
from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs

pytestmark = pytest.mark.data

FILES = {
    "uci-servicenow": "uci-servicenow/incident_event_log.zip",
    "helpdesk-italy": "helpdesk-italy/Helpdesk.xes.gz",
    "bpic13-open-problems": "bpic13-open-problems/VINST cases open problems.csv",
}
ROWS_OF_A_STATE = "the evidence keeps the changes of state, not the rows that repeat one"
NOT_SAID = {
    "variants": ROWS_OF_A_STATE,
    "variants_without_-100": ROWS_OF_A_STATE,
    "variants_by_sys_mod_count": ROWS_OF_A_STATE,
    "variants_by_updated_at": ROWS_OF_A_STATE,
    "top_variant_cases": ROWS_OF_A_STATE,
    "variants_collapsed": "the five rows in state -100 are rejected, and two sequences with them",
    "dur_mean_d": "opening counts from opened_at, not from the first row",
    "dur_median_d": "opening counts from opened_at, not from the first row",
    "dur_max_d": "opening counts from opened_at, not from the first row",
    "open_to_close_ge1d_rowweighted_median_d": "a row-weighted mean is a wrong way to average",
    "open_to_close_ge1d_rowweighted_mean_d": "a row-weighted mean is a wrong way to average",
    "first_event": "opening counts from opened_at, not from the first row",
    "cases_channel_Phone": "IVR is the phone, too; the evidence counts both together",
    "cases_channel_IVR": "IVR is the phone, too; the evidence counts both together",
    "pingpong_top_teams": "a ranking by either end of a pair; the evidence names pairs (I01)",
}
DAYS = "date_diff('second', {}, {}) / 86400.0"

Ask = Callable[[str], Any]


@cache
def reference() -> list[tuple[str, str, str]]:
    """Dataset, fact and value; empty where the logs are not beside the project."""
    path = logs_folder() / "reference" / "reference_facts_dev.csv"
    if not path.exists():
        return [("-", "the public logs", "-")]
    with path.open(encoding="utf-8") as text:
        rows = [(r["dataset"], r["fact"], r["value"]) for r in csv.DictReader(text)]
    return [row for row in rows if row[0] in FILES and not _unsaid(*row[:2])]


def _unsaid(dataset: str, fact: str) -> bool:
    own = dataset == "uci-servicenow" or fact == "pingpong_top_teams"
    return own and fact in NOT_SAID


@pytest.fixture(scope="module")
def packs(
    logs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Pack, Any]]:
    @cache
    def opened(dataset: str) -> tuple[Pack, Any]:
        pack = open_inputs([logs / FILES[dataset]], tmp_path_factory.mktemp("facts") / "pack")
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        for name in ("record", "event"):
            con.execute(f"CREATE TABLE {name} AS {pack.relation_sql(name)}")
        con.execute(
            "CREATE VIEW story AS SELECT entity_id AS id, count(*) AS n, min(at_occurred) AS first,"
            "max(at_occurred) AS last, string_agg(source_activity, '|' ORDER BY seq) AS path, "
            "arg_max(source_activity, seq) AS ending FROM event GROUP BY entity_id"
        )
        con.execute(
            "CREATE VIEW turns AS SELECT *, lag(team) OVER w AS before, lag(actor) OVER w AS "
            "whose, lag(activity) OVER w AS last, row_number() OVER w AS step, "
            "lag(level) OVER w AS from_level "
            "FROM event WINDOW w AS (PARTITION BY entity_id ORDER BY seq)"
        )
        con.execute(
            "CREATE VIEW moves AS SELECT *, lag(team) OVER w AS b1, lag(team, 2) OVER w AS b2 FROM "
            "(FROM turns WHERE before IS DISTINCT FROM team) "
            "WINDOW w AS (PARTITION BY entity_id ORDER BY seq)"
        )
        con.execute(
            "CREATE VIEW bounced AS SELECT DISTINCT entity_id AS id FROM moves WHERE team = b2"
        )
        return pack, con

    return opened


COMMON = {
    "cases": "SELECT count(*) FROM record",
    "activities": "SELECT count(DISTINCT source_activity) FROM event",
    "variants": "SELECT count(DISTINCT path) FROM story",
    "top_variant_cases": "SELECT max(n) FROM (SELECT count(*) AS n FROM story GROUP BY path)",
    "first_event": "SELECT min(at_occurred) FROM event",
    "last_event": "SELECT max(at_occurred) FROM event",
    "len_min": "SELECT min(n) FROM story",
    "len_mean": "SELECT avg(n) FROM story",
    "len_max": "SELECT max(n) FROM story",
    "dur_mean_d": f"SELECT avg({DAYS.format('first', 'last')}) FROM story",
    "dur_median_d": f"SELECT median({DAYS.format('first', 'last')}) FROM story",
    "dur_max_d": f"SELECT max({DAYS.format('first', 'last')}) FROM story",
}
CLOSE = f"{DAYS.format('opened_at', 'closed_at')}"
UCI = {
    "last_event": "SELECT max(at_recorded) FROM event",
    "open_to_close_median_d": f"SELECT median({CLOSE}) FROM record",
    "open_to_close_mean_d": f"SELECT avg({CLOSE}) FROM record",
    "open_to_close_max_d": f"SELECT max({CLOSE}) FROM record",
    "open_to_resolve_median_h": f"SELECT median({DAYS.format('opened_at', 'resolved_at')}) * 24 "
    "FROM record WHERE resolved_at IS NOT NULL",
    "resolved_at_missing": "SELECT count(*) FROM record WHERE resolved_at IS NULL",
    "sla_missed_cases": "SELECT count(*) FROM record WHERE NOT reported_sla_met",
    "sla_missed_share": "SELECT avg(CAST(NOT reported_sla_met AS INT)) FROM record",
    "reopened_cases": "SELECT count(*) FROM record WHERE reopen_count > 0",
    "reopen_max": "SELECT max(reopen_count) FROM record",
    "reassigned_cases": "SELECT count(*) FROM record WHERE reassignment_count > 0",
    "reassign_mean": "SELECT avg(reassignment_count) FROM record",
    "reassign_max": "SELECT max(reassignment_count) FROM record",
    "priority_changed_cases": "SELECT count(DISTINCT entity_id) FROM event "
    "WHERE activity = 'priority_changed'",
    "cases_with_row_after_closed": "SELECT count(DISTINCT e.entity_id) FROM event e JOIN (SELECT "
    "entity_id, min(seq) AS seq, arg_min(at_recorded, seq) AS at_recorded FROM event "
    "WHERE activity = 'closed' GROUP BY entity_id) c ON c.entity_id = e.entity_id "
    "AND e.seq > c.seq AND (e.at_recorded > c.at_recorded OR e.activity = 'other')",
}
CHANNELS = {"Self service": "portal", "Email": "mail", "Direct opening": "walk_in"}
LAST_RESOLVE = (
    "(SELECT entity_id, max(at_occurred) AS r FROM event WHERE source_activity = 'Resolve ticket' "
    "GROUP BY entity_id) r JOIN (SELECT entity_id, max(at_occurred) AS c FROM event WHERE "
    "source_activity = 'Closed' GROUP BY entity_id) c USING (entity_id)"
)
ITALY = {
    "resources": "SELECT count(DISTINCT actor) FROM event",
    "last_is_Closed": "SELECT count(*) FROM story WHERE ending = 'Closed'",
    "resolved_more_than_once": "SELECT count(*) FROM (SELECT entity_id FROM event WHERE "
    "source_activity = 'Resolve ticket' GROUP BY entity_id HAVING count(*) > 1)",
    "resolve_to_close_median_d": f"SELECT median({DAYS.format('r', 'c')}) FROM {LAST_RESOLVE}",
    "closed_15_days_after_resolve": f"SELECT count(*) FROM {LAST_RESOLVE} "
    f"WHERE round({DAYS.format('r', 'c')}, 1) = 15.0",
    "first_to_resolve_median_d": f"SELECT median({DAYS.format('first', 'r')}) FROM story JOIN "
    "(SELECT entity_id, max(at_occurred) AS r FROM event WHERE source_activity = "
    "'Resolve ticket' GROUP BY entity_id) ON entity_id = id",
    "cases_with_wait": "SELECT count(DISTINCT entity_id) FROM event WHERE activity = 'paused'",
    "handovers": "SELECT count(*) FROM turns WHERE step > 1 AND actor IS DISTINCT FROM whose",
}
VOLVO = {
    "activities": "SELECT count(DISTINCT split_part(source_activity, '/', 1)) FROM event",
    "activities_status_substatus": COMMON["activities"],
    "variants": "SELECT count(DISTINCT p) FROM (SELECT string_agg(split_part(source_activity, '/', "
    "1), '|' ORDER BY seq) AS p FROM event GROUP BY entity_id)",
    "top_variant_cases": "SELECT max(n) FROM (SELECT count(*) AS n FROM (SELECT string_agg("
    "split_part(source_activity, '/', 1), '|' ORDER BY seq) AS p FROM event GROUP BY entity_id) "
    "GROUP BY p)",
    "variants_status_substatus": COMMON["variants"],
    "handovers": "SELECT count(*) FROM turns WHERE step > 1 AND team <> before",
    "handover_cases": "SELECT count(DISTINCT entity_id) FROM turns WHERE step > 1 "
    "AND team <> before",
    "pingpong_ABA_cases": "SELECT count(*) FROM bounced",
    "pingpong_ABA_count": "SELECT count(*) FROM moves WHERE team = b2",
    "return_to_team_cases": "SELECT count(*) FROM (SELECT DISTINCT entity_id FROM moves GROUP BY "
    "entity_id, team HAVING count(*) > 1)",
    "dur_median_d_pingpong": f"SELECT median({DAYS.format('first', 'last')}) FROM story "
    "WHERE id IN (FROM bounced)",
    "dur_median_d_no_pingpong": f"SELECT median({DAYS.format('first', 'last')}) FROM story "
    "WHERE id NOT IN (FROM bounced)",
    "first_line_only_cases": "SELECT count(*) FROM (SELECT entity_id FROM event GROUP BY entity_id "
    "HAVING max(level) = 1)",
    "first_line_only_share": "SELECT avg(CAST(top = 1 AS INT)) FROM (SELECT max(level) AS top "
    "FROM event GROUP BY entity_id)",
    "push_to_front_violations": "SELECT count(DISTINCT entity_id) FROM turns WHERE (step = 1 AND "
    "level <> 1) OR (step > 1 AND (from_level > level OR (from_level = 1 AND level = 3)))",
    "dur_median_d_first_vs_multi": "SELECT string_agg(printf('%.4f', d), ' / ' ORDER BY many) FROM "
    f"(SELECT teams > 1 AS many, median({DAYS.format('first', 'last')}) AS d FROM story JOIN "
    "(SELECT entity_id, count(DISTINCT team) AS teams FROM event GROUP BY 1) ON entity_id = id "
    "GROUP BY 1)",
    "activity_after_completed_cases": "SELECT count(DISTINCT e.entity_id) FROM event e JOIN "
    "(SELECT entity_id, min(seq) AS seq FROM event WHERE source_activity LIKE 'Completed%' "
    "GROUP BY 1) c ON c.entity_id = e.entity_id AND e.seq > c.seq "
    "AND e.source_activity NOT LIKE 'Completed%'",
}
OWN = {"uci-servicenow": UCI, "helpdesk-italy": ITALY, "bpic13-open-problems": VOLVO}


def said(pack: Pack, con: Any, dataset: str, fact: str) -> Any:
    """The value of a fact by the evidence; KeyError where nothing here says it."""
    told = pack.intake
    if fact == "events":
        return told["rows_read"]
    if dataset == "uci-servicenow" and (value := _reported(told, fact)) is not None:
        return value
    sql = OWN[dataset].get(fact) or COMMON.get(fact) or _by_word(dataset, fact)
    row = con.execute(sql).fetchone()
    return row[0]


def _reported(told: dict[str, Any], fact: str) -> Any:
    """What the intake report of the ServiceNow log counts of the file's own rows."""
    columns = told["columns_read"]["incident_event_log.csv"]
    rows = {int(n): records for n, records in told["notes"][0]["rows_per_record"].items()}
    total = sum(n * records for n, records in rows.items())
    plain = {
        "columns": len(columns), "activities": columns["incident_state"]["distinct"],
        "len_min": min(rows), "len_max": max(rows), "len_mean": total / sum(rows.values()),
    }  # fmt: skip
    if fact in plain:
        return plain[fact]
    if found := re.fullmatch(r"events_state_(.+)", fact):
        return told["notes"][0]["words"][found[1]]
    if found := re.fullmatch(r"cases_with_(\d+)_events", fact):
        return rows[int(found[1])]
    if found := re.fullmatch(r"missing_(.+)", fact):
        return columns[found[1]]["missing"]
    if found := re.fullmatch(r"distinct_(.+)", fact):
        column = columns[found[1]]
        return column["distinct"] + (column["missing"] > 0)
    return None


def _by_word(dataset: str, fact: str) -> str:
    """Facts that carry a word of the source in their name."""
    if found := re.fullmatch(r"cases_priority_(\d)", fact):
        return f"SELECT count(*) FROM record WHERE priority = {found[1]}"
    if found := re.fullmatch(r"cases_channel_(.+)", fact):
        return f"SELECT count(*) FROM record WHERE channel = '{CHANNELS[found[1]]}'"
    if found := re.fullmatch(r"events_line_L(\d)", fact):
        return f"SELECT count(*) FROM event WHERE level = {found[1]}"
    if found := re.fullmatch(r"touch_line(\d)_cases", fact):
        return f"SELECT count(DISTINCT entity_id) FROM event WHERE level = {found[1]}"
    if found := re.fullmatch(r"last_(.+)", fact):
        return f"SELECT count(*) FROM story WHERE ending = '{found[1]}'"
    found = re.fullmatch(r"events_(.+)", fact)
    assert found is not None, f"nothing says {dataset} {fact}"
    return f"SELECT count(*) FROM event WHERE source_activity = '{found[1]}'"


@pytest.mark.parametrize(("dataset", "fact", "value"), reference())
def test_fact(packs: Any, dataset: str, fact: str, value: str) -> None:
    got = said(*packs(dataset), dataset, fact)
    if re.fullmatch(r"\d{4}-\d\d-\d\d .*", value):
        assert str(got) == value.removesuffix("+00:00")
    elif "/" in value:
        assert got == value
    else:
        assert float(got) == pytest.approx(float(value), abs=0.00006, rel=1e-5)
