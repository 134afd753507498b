"""The public UCI / ServiceNow incident log: rows A1 to A12 of the audit method, section 8.1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.audit.report.contract import faults
from trueup.audit.checks.records.z03_sla_clock_on_the import best_cut
from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.result import AuditResult
from trueup.audit.run import run
from trueup.audit.stats.association import spearman
from trueup.audit.stats.charts import laney_p
from trueup.audit.stats.groups import funnel_shares
from trueup.audit.stats.trend import change_point
from trueup.core.refusals import Refused

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def pack(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    log = logs / "uci-servicenow" / "incident_event_log.zip"
    return open_inputs([log], tmp_path_factory.mktemp("uci") / "pack")


@pytest.fixture(scope="module")
def result(pack: Pack) -> AuditResult:
    return run(pack)


@pytest.fixture(scope="module")
def sql(pack: Pack) -> Iterator[Any]:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for name in ("record", "event"):
        con.execute(f"CREATE TABLE {name} AS {pack.relation_sql(name)}")
    yield lambda text: con.execute(text).fetchall()
    con.close()


@pytest.fixture(scope="module")
def flags(sql: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Records opened in the 13 whole weeks from 29 February 2016: week, team, hours, flag."""
    rows = sql(
        "SELECT date_diff('day', DATE '2016-02-29', CAST(opened_at AS DATE)) // 7, team, "
        "reported_sla_met, date_diff('minute', opened_at, resolved_at) / 60.0 FROM record "
        "WHERE opened_at >= TIMESTAMP '2016-02-29' AND opened_at < TIMESTAMP '2016-05-30'"
    )
    week, team, met, hours = zip(*rows, strict=True)
    return {
        "week": np.array(week),
        "team": np.array([t or "" for t in team]),
        "met": np.array(met, dtype=float),
        "hours": np.array([np.nan if h is None else h for h in hours], dtype=float),
    }


def share(sql: Any, where: str, of: str = "reported_sla_met") -> float:
    return float(sql(f"SELECT avg(CAST({of} AS INT)) FROM record WHERE {where}")[0][0])


def test_a1_size(pack: Pack, sql: Any) -> None:
    assert sql("SELECT count(*) FROM record") == [(24_918,)]
    assert pack.intake["rows_read"] == 141_712
    assert sum(pack.intake[k] for k in ("rows_used", "rows_merged", "rows_rejected")) == 141_712


def test_a2_reported_promise_is_reported_only(sql: Any, result: AuditResult) -> None:
    assert share(sql, "true") == pytest.approx(0.6342, abs=0.001)
    assert share(sql, "priority = 1") == pytest.approx(5 / 270, abs=0.001)
    assert share(sql, "priority = 2") == pytest.approx(2 / 408, abs=0.001)
    assert share(sql, "priority = 3") == pytest.approx(0.6454, abs=0.001)
    assert share(sql, "priority = 4") == pytest.approx(0.8411, abs=0.001)
    told = [f["headline"] + f["saw"] for f in result.data["findings"]]
    assert not [text for text in told if "63" in text and "SLA" in text]
    assert result.measure("MC-11")["light"] in ("data_not_trustworthy", "not_enough_evidence")


def test_a3_the_promise_follows_closing(sql: Any, result: AuditResult) -> None:
    rows = sql(
        "SELECT date_diff('minute', opened_at, closed_at) / 60.0, "
        "date_diff('minute', opened_at, resolved_at) / 60.0, reported_sla_met FROM record "
        "WHERE priority = 3 AND closed_at IS NOT NULL AND resolved_at IS NOT NULL"
    )
    close, resolve, met = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    by_close, cut = best_cut(close, met.astype(bool))
    by_resolve, _ = best_cut(resolve, met.astype(bool))
    assert by_close == pytest.approx(0.9795, abs=0.005)
    assert cut / 24 == pytest.approx(9.1, abs=0.2)
    assert by_resolve == pytest.approx(0.9095, abs=0.005)
    early = "resolved_at <= opened_at + INTERVAL 24 HOUR"
    missed = "count(*) FILTER (WHERE NOT reported_sla_met)"
    assert sql(f"SELECT count(*), {missed} FROM record WHERE {early}") == [(12_072, 1_074)]
    check = result.check("Z03")
    assert check["result"] == "exceptions"
    assert {"MC-11", "MB-12"} <= set(check["blocks"])


def test_a4_mass_closing(sql: Any, result: AuditResult) -> None:
    day = "CAST(closed_at AS DATE) = DATE '2016-03-24'"
    assert sql(f"SELECT count(*) FROM record WHERE {day}") == [(3_114,)]
    minutes = "SELECT count(*) n FROM record GROUP BY date_trunc('minute', closed_at)"
    assert sql(f"SELECT count(*), sum(n) FROM ({minutes}) WHERE n >= 100") == [(10, 3_318)]
    assert share(sql, day) == pytest.approx(0.191, abs=0.001)
    assert share(sql, f"NOT ({day})") == pytest.approx(0.697, abs=0.001)
    periods = {d["unit"]["id"]: d for d in result.check("Z04")["detections"]}
    assert periods["2016-03-24/2016-03-24"]["exceptions"] == 3_114


def test_a5_automatic_close_is_not_resolution(sql: Any) -> None:
    days = "date_diff('minute', resolved_at, closed_at) / 1440.0"
    auto = sql(
        f"SELECT avg(CASE WHEN {days} BETWEEN 4.9 AND 5.15 THEN 1.0 ELSE 0.0 END) FROM record "
        "WHERE resolved_at IS NOT NULL"
    )
    assert float(auto[0][0]) == pytest.approx(0.861, abs=0.005)


def test_a6_no_alarm_flood(flags: dict[str, Any]) -> None:
    week, met = flags["week"], flags["met"]
    n = np.bincount(week)
    k = np.bincount(week, met)
    p = k.sum() / n.sum()
    naive = np.abs((k / n - p) / np.sqrt(p * (1 - p) / n)) > 3
    chart = laney_p(k, n)
    assert int(naive.sum()) == pytest.approx(11, abs=1)
    assert len(chart.outside) == pytest.approx(1, abs=1)
    assert chart.sigma_z == pytest.approx(11.3, abs=0.5)
    point = change_point(k / n, np.random.default_rng(1), segment=4)
    assert point is not None
    assert point.index in (4, 5)
    assert point.p < 0.02
    later_p = k[4:].sum() / n[4:].sum()
    later = np.abs((k[4:] / n[4:] - later_p) / np.sqrt(later_p * (1 - later_p) / n[4:])) > 3
    assert int(later.sum()) == pytest.approx(5, abs=1)
    assert len(laney_p(k[4:], n[4:]).outside) == 0


def test_a6_teams_against_their_normal_spread(flags: dict[str, Any]) -> None:
    known = flags["team"] != ""
    teams, at = np.unique(flags["team"][known], return_inverse=True)
    n, k = np.bincount(at), np.bincount(at, flags["met"][known])
    large = n >= 30
    assert len(teams[large]) == 50
    funnel = funnel_shares(k[large], n[large], centre=float(flags["met"].mean()))
    assert int((np.abs(funnel.z) > 3).sum()) == pytest.approx(31, abs=1)
    assert int((np.abs(funnel.corrected) > 3).sum()) <= 2


def test_a7_knowledge_flag_marks_hard_tickets(sql: Any, result: AuditResult) -> None:
    expected = {"0": (0.39, 0.84), "1": (0.24, 0.62), "2": (0.17, 0.45), "3": (0.07, 0.30)}
    for count, (with_flag, without) in expected.items():
        stratum = f"least(reassignment_count, 3) = {count}"
        assert share(sql, f"{stratum} AND article_used") == pytest.approx(with_flag, abs=0.01)
        assert share(sql, f"{stratum} AND NOT article_used") == pytest.approx(without, abs=0.01)
    text = " ".join(
        f["headline"] + f["saw"] + f["matters"] for f in result.data["findings"]
    ).lower()
    assert "knowledge" not in text


def test_a8_reassignment(sql: Any, result: AuditResult) -> None:
    none = sql("SELECT avg(CASE WHEN reassignment_count = 0 THEN 1.0 ELSE 0.0 END) FROM record")
    assert float(none[0][0]) == pytest.approx(0.544, abs=0.01)
    for count, met in enumerate((0.78, 0.57, 0.40, 0.33, 0.25, 0.22, 0.09)):
        assert share(sql, f"least(reassignment_count, 6) = {count}") == pytest.approx(met, abs=0.01)
    rows = sql(
        "SELECT reassignment_count, date_diff('minute', opened_at, resolved_at) FROM record "
        "WHERE resolved_at IS NOT NULL"
    )
    moves, minutes = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    assert spearman(moves, minutes).value == pytest.approx(0.53, abs=0.01)
    assert result.check("I01")["exceptions"] / 24_918 == pytest.approx(0.089, abs=0.01)


def test_a9_gaps(sql: Any, pack: Pack, result: AuditResult) -> None:
    filled = sql("SELECT count(ci), count(caused_by_change), count(problem) FROM record")[0]
    assert filled[0] / 24_918 == pytest.approx(0.0022, abs=0.0001)
    assert filled[1:] == (3, 380)
    assert sql("SELECT count(*) FROM record WHERE resolved_at IS NULL") == [(1_556,)]
    notes = pack.intake["notes"][0]
    assert notes["created_at_missing"] / 24_918 == pytest.approx(0.461, abs=0.001)
    assert pack.intake["rows_rejected"] == 5
    assert result.check("H05")["result"] == "not_enough_evidence"


def test_a10_edges_are_trimmed_not_read_as_collapse(sql: Any, result: AuditResult) -> None:
    late = sql("SELECT count(*) FROM record WHERE opened_at >= TIMESTAMP '2016-06-01'")
    assert late[0][0] == pytest.approx(274, abs=5)
    check = result.check("Z11")
    assert check["result"] == "exceptions"
    assert check["detections"][0]["unit"]["id"].startswith("2016-05-30/")
    assert result.measure("MC-10")["light"] == "data_not_trustworthy"


def test_a11_no_event_comes_before_its_time(sql: Any, pack: Pack) -> None:
    assert set(pack.intake["notes"][0]["look_ahead"]) == {
        "resolved_at", "resolved_by", "closed_at", "closed_code",
    }  # fmt: skip
    wrong = sql("SELECT count(*) FROM event WHERE activity = 'opened' AND field IS NOT NULL")
    assert wrong == [(0,)]


def test_a12_a_real_movement_remains(flags: dict[str, Any]) -> None:
    known = ~np.isnan(flags["hours"])
    week, solved = flags["week"][known], flags["hours"][known] <= 24
    by_week = np.bincount(week, solved) / np.bincount(week)
    assert (by_week[:2] > 0.25).all()
    assert (by_week[:2] < 0.31).all()
    assert (by_week[-5:] > 0.59).all()
    assert (by_week[-5:] < 0.69).all()


def test_money_and_growth_stay_grey_and_name_the_next_data(result: AuditResult) -> None:
    assert result.light("growth_value") == "not_enough_evidence"
    assert result.light("budget_adherence") == "not_enough_evidence"
    assert result.data["readiness"]["next_best_data"]["table"]
    assert all(m["missing"] or m["blocked_by"] or m["needs"] for m in result.data["measures"])


def test_twice_the_same_bytes(pack: Pack, result: AuditResult) -> None:
    assert run(pack).to_bytes() == result.to_bytes()


def test_the_result_fits_the_contract(result: AuditResult) -> None:
    assert faults(result.data) == []


def test_a_copy_with_other_dates_gives_the_same_events(
    logs: Path, sql: Any, tmp_path: Path
) -> None:
    other = logs / "uci-servicenow-variants" / "dd-mm-yyyy_first5998.csv.gz"
    copy = open_inputs([other], tmp_path / "pack")
    assert copy.intake["rows_read"] == 5998
    wanted = (
        "entity_id, activity, source_activity, field, old, new, team, waiting_for, "
        "CAST(at_occurred AS VARCHAR), CAST(at_recorded AS VARCHAR)"
    )
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"CREATE TABLE event AS {copy.relation_sql('event')}")
        order = "ORDER BY entity_id, at_recorded, activity, field, new"
        mine = con.execute(f"SELECT {wanted} FROM event {order}").fetchall()
        records = con.execute("SELECT DISTINCT entity_id FROM event").fetchall()
    assert len(records) == 890
    ids = ", ".join(f"'{id}'" for (id,) in records)
    theirs = sql(f"SELECT {wanted} FROM event WHERE entity_id IN ({ids}) {order}")
    fold = str.maketrans("TRUEFALS", "truefals")
    assert [_folded(row, fold) for row in mine] == [_folded(row, fold) for row in theirs]


def _folded(row: tuple[Any, ...], fold: dict[int, int]) -> tuple[Any, ...]:
    """A row with TRUE and FALSE of the copy written as in the log."""
    return tuple(v.translate(fold) if v in ("TRUE", "FALSE") else v for v in row)


def test_a_copy_without_prefixes_is_a_near_miss_never_a_guess(logs: Path, tmp_path: Path) -> None:
    other = logs / "uci-servicenow-variants" / "stripped_prefixes_141712.zip"
    with pytest.raises(Refused, match="incident_state is called ident_state"):
        open_inputs([other], tmp_path / "pack")
