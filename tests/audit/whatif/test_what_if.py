"""The past under other rules: what moves, what is counted anew, what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.audit.golden.packs import START, make
from trueup import cli
from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options
from trueup.audit.sample import write_sample
from trueup.audit.whatif import Comparison, Scenario, compare
from trueup.audit.whatif.draft import Draft
from trueup.audit.whatif.shown import page
from trueup.core.refusals import Refused

OFFICE = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)


def rows_of(pack: Pack, table: str) -> list[dict[str, Any]]:
    return Draft(pack).rows(table)


def bytes_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture
def small(tmp_path: Path) -> Pack:
    """Five incidents of a team with a target of eight office hours, and some money."""
    spans = (4, 9, 26, 30, 60)
    return make(
        tmp_path,
        record=[
            {"id": f"R{i}", "kind": "incident", "state": "closed", "team": "net", "priority": 3,
             "customer": "C1" if i else "C2", "service": "mail", "opened_at": MONDAY + 9 * HOUR,
             "resolved_at": MONDAY + (9 + s) * HOUR, "reported_sla_met": s in (4, 9)}
            for i, s in enumerate(spans)
        ],
        event=[
            {"seq": 1, "entity": "record", "entity_id": "R1", "activity": "paused", "team": "net",
             "waiting_for": "customer", "at_occurred": MONDAY + 10 * HOUR,
             "at_recorded": MONDAY + 10 * HOUR, "hash": "x"},
            {"seq": 2, "entity": "record", "entity_id": "R1", "activity": "resumed", "team": "net",
             "at_occurred": MONDAY + 12 * HOUR, "at_recorded": MONDAY + 12 * HOUR, "hash": "y"},
            {"seq": 3, "entity": "record", "entity_id": "R0", "activity": "resolved",
             "team": "net", "at_occurred": MONDAY + 13 * HOUR,
             "at_recorded": MONDAY + 13 * HOUR, "hash": "z"},
        ],
        customer=[{"id": "C1"}, {"id": "C2"}],
        service=[{"id": "mail", "name": "Mail"}],
        calendar=[{"id": "office", "zone": "UTC", "week": json.dumps(OFFICE), "holidays": "[]"}],
        agreement=[
            {"id": "A", "kind": "sla", "customer": "C1"},
            {"id": "K", "kind": "contract", "customer": "C1", "service": "mail",
             "price_month": 100},
        ],
        target=[{"id": "T", "agreement": "A", "metric": "resolve", "priority": 3, "value": 8.0,
                 "unit": "hours", "calendar": "office", "pause_states": "customer"}],
        target_result=[
            {"record": f"R{i}", "target": "T", "metric": "resolve", "met": met,
             "notified_at": None if met else MONDAY + 40 * HOUR}
            for i, met in enumerate((True, True, False, False, False))
        ],
        revenue=[{"service": "mail", "customer": "C1", "month": (START + m * 31 * 24 * HOUR).date()
                  .replace(day=1), "amount": 120, "kind": "invoice"} for m in range(3)],
        cost=[{"id": f"C{i}", "line": line, "month": START.date(), "amount": 50}
              for i, line in enumerate(("cloud", "staff"))],
    )  # fmt: skip


Told = Callable[[dict[str, Any]], tuple[Comparison, Pack]]


@pytest.fixture
def asked(small: Pack, tmp_path: Path) -> Told:
    """Compare a scenario and open the pack it made."""

    def ask(told: dict[str, Any]) -> tuple[Comparison, Pack]:
        folder = tmp_path / "derived"
        options = Options(only=frozenset({"Z02"}), strict=True)
        return compare(small, Scenario.of(told), options, folder=folder), Pack.open(folder)

    return ask


def met(pack: Pack) -> dict[str, bool]:
    return {r["record"]: r["met"] for r in rows_of(pack, "target_result")}


def test_a_longer_promise_is_kept_more_often(asked: Told) -> None:
    """R1 took 9 wall hours less 2 paused; R2 26 wall hours, 12 of them in office hours."""
    _, pack = asked({"targets": {"T": "720"}})
    assert met(pack) == {"R0": True, "R1": True, "R2": True, "R3": False, "R4": False}
    row = next(r for r in rows_of(pack, "target_result") if r["record"] == "R2")
    assert row["elapsed_min"] == pytest.approx(12 * 60)
    assert row["due_at"] == MONDAY + 35 * HOUR
    assert row["notified_at"] is None


def test_longer_office_hours_count_more_minutes(asked: Told) -> None:
    """From 8 to 24: R1 ran until 18:00 less two hours paused; R0 four hours; both are kept."""
    found, pack = asked({"calendars": {"office": {"week": "Mo-Su 00:00-24:00"}}})
    rows = {r["record"]: r for r in rows_of(pack, "target_result")}
    assert rows["R1"]["elapsed_min"] == pytest.approx(7 * 60)
    assert rows["R1"]["paused_min"] == pytest.approx(2 * 60)
    assert rows["R4"]["elapsed_min"] == pytest.approx(60 * 60)
    assert met(pack)["R1"]
    assert {c.code for c in found.caveats} >= {"clocks", "behaviour"}


def test_a_holiday_stops_the_clock(asked: Told) -> None:
    """R2 runs from Monday 9:00 to Tuesday 11:00; without Tuesday nine office hours are left."""
    _, pack = asked({"calendars": {"office": {"holidays": ["2026-01-13"]}}})
    rows = {r["record"]: r for r in rows_of(pack, "target_result")}
    assert rows["R2"]["elapsed_min"] == pytest.approx(9 * 60)


def test_the_reported_flag_follows_the_clock_it_agreed_with(asked: Told) -> None:
    _, pack = asked({"targets": {"T": "*2"}})
    flags = {r["id"]: r["reported_sla_met"] for r in rows_of(pack, "record")}
    assert flags == {"R0": True, "R1": True, "R2": True, "R3": True, "R4": False}


def test_a_verdict_our_clock_does_not_reproduce_stays(tmp_path: Path, small: Pack) -> None:
    results = rows_of(small, "target_result")
    for row in results:
        row["met"] = not row["met"]
    tables = {name: rows_of(small, name) for name in ("record", "calendar", "agreement", "target")}
    wrong = make(tmp_path / "wrong", target_result=results, **tables)
    folder = tmp_path / "derived"
    found = compare(wrong, Scenario.of({"targets": {"T": 5000}}),
                    Options(only=frozenset({"Z02"})), folder=folder)  # fmt: skip
    assert met(Pack.open(folder))["R0"] is False
    assert "not_reproduced" in {c.code for c in found.caveats}


def test_a_price_moves_its_invoices_by_the_difference(asked: Told) -> None:
    found, pack = asked({"prices": {"agreements": {"K": "+10%"}}})
    assert {str(r["amount"]) for r in rows_of(pack, "revenue")} == {"130.0000"}
    told = {c.what: (c.old, c.new, c.rows) for c in found.changes}
    assert told["agreement_price"] == ("100.00", "110.00", 1)
    assert told["revenue_follows"] == ("360.00", "390.00", 3)


def test_only_the_line_named_costs_less(asked: Told) -> None:
    _, pack = asked({"costs": {"cloud": "*0.8"}})
    assert {r["line"]: str(r["amount"]) for r in rows_of(pack, "cost")} == {
        "cloud": "40.0000", "staff": "50.0000"}  # fmt: skip


def test_a_customer_left_out_takes_everything_along(asked: Told) -> None:
    """R0 is C2's: its record, event and result go; the log is numbered anew without seals."""
    found, pack = asked({"leave_out": {"customers": ["C2"]}})
    assert {r["id"] for r in rows_of(pack, "record")} == {"R1", "R2", "R3", "R4"}
    assert set(met(pack)) == {"R1", "R2", "R3", "R4"}
    assert [r["seq"] for r in rows_of(pack, "event")] == [1, 2]
    assert "hash" not in pack.tables["event"].columns
    assert "unsealed" in {c.code for c in found.caveats}


def test_a_team_left_out_takes_its_records(asked: Told) -> None:
    _, pack = asked({"leave_out": {"teams": ["net"]}})
    assert pack.tables["record"].rows == 0
    assert pack.tables["target_result"].rows == 0


def test_the_given_pack_is_untouched_and_the_derived_one_says_what_it_is(
    small: Pack, asked: Told
) -> None:
    before = bytes_of(small.folder)
    _, pack = asked({"costs": {"cloud": 1}, "targets": {"T": 60}})
    assert bytes_of(small.folder) == before
    told = json.loads((pack.folder / "manifest.json").read_text("utf-8"))
    assert told["previous"] == told["scenario"]["origin"] == small.manifest.sha256
    assert told["organisation"] == small.manifest.organisation
    pack.verify()


def test_a_scenario_issues_no_findings(asked: Told) -> None:
    found, _ = asked({"costs": {"cloud": "*2"}})
    assert found.after.data["findings"] == []
    assert found.after.data["actions_plan"] == []
    assert "scenario" in found.after.data["honesty"]["limits"][-1]


def test_the_order_of_rows_changes_nothing(small: Pack, tmp_path: Path) -> None:
    told = Scenario.of({"prices": {"agreements": {"K": "+10%"}}, "targets": {"T": "*1.5"},
                        "leave_out": {"customers": ["C2"]}})  # fmt: skip
    other = tmp_path / "turned"
    shutil.copytree(small.folder, other)
    for path in other.glob("*.parquet"):
        rows = pq.read_table(path)
        pq.write_table(rows.take(list(range(rows.num_rows))[::-1]), path)
    options = Options(only=frozenset({"Z02", "MB-01"}))
    one = compare(small, told, options).to_bytes()
    assert compare(Pack.open(other), told, options).to_bytes() == one


@pytest.mark.parametrize(
    ("told", "near"),
    [
        ({"parameters": {"materiality_mony": 1}}, "materiality_money"),
        ({"thresholds": {"MB-2": {"limit": 1}}}, "MB-02"),
        ({"targets": {"TT": 5}}, "T"),
        ({"targets": {"T": {"calendar": "ofice"}}}, "office"),
        ({"calendars": {"offices": "Mo-Fr 08:00-20:00"}}, "office"),
        ({"calendars": {"office": "sometimes"}}, "Mo-Fr 08:00-18:00"),
        ({"costs": {"clouds": "*2"}}, "cloud"),
        ({"leave_out": {"customers": ["C3"]}}, "C1"),
        ({"leave_out": {"team": ["net"]}}, "teams"),
        ({"prices": {"agreements": {"A": 5}}}, "K"),
        ({"price": {}}, "prices"),
        ({"costs": {"cloud": "cheaper"}}, "no change of a number"),
        ({"costs": {"cloud": "-5"}}, "no change of a number"),
        ({}, "changes nothing"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_near(
    asked: Told, told: dict[str, Any], near: str
) -> None:
    with pytest.raises(Refused, match=near):
        asked(told)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_sample(tmp_path_factory.mktemp("sample") / "pack")


@pytest.fixture(scope="module")
def dearer(sample: Pack) -> Comparison:
    told = {"costs": {"cloud": "-10%"}, "targets": {"T3": 1200},
            "thresholds": {"MB-02": {"limit": 0.001}}}  # fmt: skip
    return compare(sample, Scenario.of(told), Options(strict=True))


def test_lights_measures_and_checks_move(dearer: Comparison) -> None:
    measures = {m.id: m for m in dearer.measures}
    assert measures["MB-02"].before["light"] == "green"
    assert measures["MB-02"].after["light"] == "red"
    assert measures["MB-02"].after["limit"] == 0.001
    assert "MC-11" in measures
    assert [m.id for m in dearer.lights] == [
        "growth_value", "budget_adherence", "risk_impact", "communication"]  # fmt: skip


def test_notices_that_nobody_could_give_are_not_compared(dearer: Comparison) -> None:
    assert dearer.apart == ("S05",)
    assert "S05" not in {c.id for c in dearer.checks}


def test_the_json_is_the_same_twice(sample: Pack) -> None:
    told = Scenario.of({"costs": {"cloud": "-10%"}})
    options = Options(only=frozenset({"MB-02", "MB-07"}))
    assert compare(sample, told, options).to_bytes() == compare(sample, told, options).to_bytes()


def test_the_page_says_in_both_languages_that_it_is_no_audit(dearer: Comparison) -> None:
    english, german = page(dearer), page(dearer, "de")
    assert "No audit: nothing was found" in english
    assert 'lang="de"' in german
    assert "Kein Audit" in german
    assert "Angepasste Abweichung, aufgeteilt" in german
    for html in (english, german):
        assert "href" not in html
        assert "src=" not in html
        assert "MB-02" in html


def test_the_command_takes_a_file_and_options(
    sample: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.yaml").write_text("name: Less cloud\ncosts: {cloud: '-10%'}\n", "utf-8")
    out = tmp_path / "out"
    words = ["what-if", str(sample.folder), "--scenario", str(tmp_path / "s.yaml"), "--out",
             str(out), "--price", "work_hour=62", "--only", "MB-02,MB-07,F08"]  # fmt: skip
    assert cli.main(words) == 0
    told = capsys.readouterr().out
    assert "What if: Less cloud" in told
    data = json.loads((out / "what-if.json").read_text("utf-8"))
    assert {c["what"] for c in data["changes"]} == {"cost", "price"}
    assert {m["id"] for m in data["measures"]} >= {"MB-02", "MB-07"}
    assert (out / "scenario" / "scenario.json").is_file()
    assert "Less cloud" in (out / "what-if.html").read_text("utf-8")
    assert cli.main(["audit", str(out / "pack"), "--out", str(tmp_path / "no")]) == 2
    assert "no audit of it" in " ".join(capsys.readouterr().err.split())


def test_a_file_that_is_no_scenario_is_refused(
    sample: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("- a list", "costs: [1", "costs: cloud"):
        (tmp_path / "s.yaml").write_text(text, "utf-8")
        words = ["what-if", str(sample.folder), "--scenario", str(tmp_path / "s.yaml")]
        assert cli.main(words) == 2
        assert "Not done:" in capsys.readouterr().err
