"""Measures of risk and talk where a looser reading of their formula would say otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import AS_OF, START, ask, make

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY = START + 3 * DAY


def incident(id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "kind": "incident", "state": "closed", "opened_at": START + 30 * DAY,
        "resolved_at": START + 31 * DAY, "service": "S1", **more,
    }  # fmt: skip


def service(id: str, criticality: int = 1) -> dict[str, Any]:
    return {"id": id, "name": id, "criticality": criticality, "state": "live"}


def units(row: dict[str, Any]) -> dict[str, Any]:
    return {f"{u['unit']['kind']}:{u['unit']['id']}": u for u in row["by"]}


def test_mc06_a_promise_round_the_clock_runs_at_night(tmp_path: Path) -> None:
    late = FRIDAY + 20 * HOUR
    records = [incident(f"R{i}", priority=1, opened_at=late) for i in range(40)]
    words = [
        {"id": f"M{i}", "record": f"R{i}", "direction": "out", "public": True,
         "automatic": False, "at": late + 2 * HOUR}
        for i in range(40)
    ]  # fmt: skip
    tables = {"record": records, "message": words}
    assert ask(make(tmp_path / "own", **tables), "MC-06").measure("MC-06")["value"] == 1.0
    promise = {
        "agreement": [{"id": "A", "service": "S1", "kind": "sla"}],
        "target": [{"id": "T", "agreement": "A", "metric": "response", "priority": 1,
                    "value": 1.0, "unit": "hours", "calendar": "24x7"}],
    }  # fmt: skip
    result = ask(make(tmp_path / "sla", **tables, **promise), "MC-06")
    assert result.measure("MC-06")["value"] == 0.0


def test_mc07_silence_at_night_counts_where_the_promise_does(tmp_path: Path) -> None:
    late = FRIDAY + 20 * HOUR
    records = [
        incident(f"R{i}", priority=1, opened_at=late, resolved_at=late + 9 * HOUR)
        for i in range(40)
    ]
    words = [
        {"id": f"M{i}", "record": f"R{i}", "direction": "out", "public": True, "at": late}
        for i in range(40)
    ]
    tables = {
        "record": records,
        "message": words,
        "agreement": [{"id": "A", "service": "S1", "kind": "sla"}],
        "target": [{"id": "T", "agreement": "A", "metric": "update", "priority": 1,
                    "value": 2.0, "unit": "hours", "calendar": "24x7"}],
    }  # fmt: skip
    assert ask(make(tmp_path, **tables), "MC-07").measure("MC-07")["value"] == 1.0


def test_mc12_a_half_year_ends_with_its_last_day(tmp_path: Path) -> None:
    surveys = [
        {"id": f"V{c}{k}", "customer": f"C{c}", "csat": 5 if k else 1,
         "sent_at": AS_OF - timedelta(hours=5) if k == 0 else START + 200 * DAY,
         "answered_at": AS_OF - timedelta(hours=4) if k == 0 else START + 201 * DAY}
        for c in range(9) for k in range(2)
    ]  # fmt: skip
    guesses = [
        {"customer": f"C{c}", "period": period, "csat": 4.0, "made_at": START - DAY}
        for c in range(9) for period in (date(2025, 7, 1), date(2026, 1, 1))
    ]  # fmt: skip
    row = ask(make(tmp_path, survey=surveys, provider_guess=guesses), "MC-12").measure("MC-12")
    assert row["value"] == 1.0
    assert units(row)["customer:C0"]["n"] == 2


def test_mc12_a_guess_made_after_the_first_answer_does_not_count(tmp_path: Path) -> None:
    sent, answered = START + 10 * DAY, START + 12 * DAY
    surveys = [
        {"id": f"V{c}", "customer": f"C{c}", "csat": 4, "sent_at": sent, "answered_at": answered}
        for c in range(10)
    ]
    guesses = [
        {"customer": f"C{c}", "period": date(2025, 7, 1), "csat": 5.0,
         "made_at": answered + HOUR if c == 0 else sent + DAY}
        for c in range(10)
    ]  # fmt: skip
    row = ask(make(tmp_path, survey=surveys, provider_guess=guesses), "MC-12").measure("MC-12")
    assert (row["value"], row["n"]) == (1.0, 9)


def test_mc01_and_mc03_leave_no_invitation_out(tmp_path: Path) -> None:
    surveys = [
        {"id": f"V{i:02}", "record": None if i < 20 else f"R{i}", "relationship": i < 20,
         "sent_at": START + DAY, "answered_at": START + 2 * DAY if i % 2 else None,
         "csat": (2 if i < 20 else 5) if i % 2 else None}
        for i in range(100)
    ]  # fmt: skip
    records = [incident(f"R{i}") for i in range(20, 100)]
    result = ask(make(tmp_path, survey=surveys, record=records), "MC-01", "MC-02", "MC-03")
    assert (result.measure("MC-01")["value"], result.measure("MC-01")["n"]) == (0.8, 50)
    assert (result.measure("MC-03")["value"], result.measure("MC-03")["n"]) == (0.5, 100)
    assert result.measure("MC-02")["n"] == 40


def solved(people: list[str], category: str = "mail") -> dict[str, Any]:
    at = AS_OF - 60 * DAY
    ids = [f"R{category}{i}" for i in range(len(people))]
    return {
        "record": [incident(id, category=category, opened_at=at) for id in ids],
        "event": [
            {"seq": i + 1, "entity": "record", "entity_id": id, "activity": "resolved",
             "actor": who, "at_occurred": at + DAY, "at_recorded": at + DAY}
            for i, (id, who) in enumerate(zip(ids, people, strict=True))
        ],
        "service": [service("S1")],
    }  # fmt: skip


def test_mr09_seventy_of_a_hundred_count_and_are_red_only_beyond_chance(tmp_path: Path) -> None:
    few = ["anna"] * 14 + ["ben", "cara"] * 3
    row = ask(make(tmp_path / "few", **solved(few)), "MR-09").measure("MR-09")
    assert (row["value"], row["low"], row["light"]) == (1.0, 0.0, "amber")
    most = ask(make(tmp_path / "most", **solved(["anna"] * 24)), "MR-09").measure("MR-09")
    assert (most["value"], most["low"], most["light"]) == (1.0, 1.0, "red")
    assert units(most)["category:mail"]["value"] == 1.0
    shared = ask(make(tmp_path / "two", **solved(["anna", "ben"] * 12)), "MR-09")
    assert (shared.measure("MR-09")["value"], shared.measure("MR-09")["light"]) == (0.0, "green")


def test_mr09_what_robots_solved_is_not_a_persons_share(tmp_path: Path) -> None:
    tables = solved(["anna"] * 12 + ["job"] * 12)
    people = [{"id": "anna", "name": "Anna", "kind": "person"},
              {"id": "job", "name": "Job", "kind": "robot"}]  # fmt: skip
    row = ask(make(tmp_path, **tables, person=people), "MR-09").measure("MR-09")
    assert row["value"] == 0.0


def test_mr10_a_supplier_without_any_plan_is_red(tmp_path: Path) -> None:
    tables = {
        "service": [service("S1"), service("S2")],
        "supplier": [{"id": "V1", "name": "One"}, {"id": "V2", "name": "Two"}],
        "agreement": [
            {"id": "A1", "service": "S1", "supplier": "V1", "kind": "contract"},
            {"id": "A2", "service": "S2", "supplier": "V2", "kind": "contract"},
        ],
        "risk": [{"id": "K", "title": "K", "service": "S1", "state": "treated",
                  "review_due": date(2026, 12, 1)}],
    }  # fmt: skip
    row = ask(make(tmp_path, **tables), "MR-10").measure("MR-10")
    assert (row["value"], row["light"]) == (0.5, "amber")
    told = {name: (u["value"], u["light"]) for name, u in units(row).items()}
    assert told["supplier:V1"] == told["service:S1"] == (1.0, "green")
    assert told["supplier:V2"] == told["service:S2"] == (0.0, "red")


def test_mr11_a_service_below_others_is_no_component(tmp_path: Path) -> None:
    tables = {
        "service": [service(f"S{i}") for i in (1, 2, 3)],
        "ci": [{"id": "X", "name": "X"}, {"id": "Y", "name": "Y"}],
        "relation": [
            {"parent": "S1", "child": "S3", "kind": "depends_on"},
            {"parent": "S2", "child": "S3", "kind": "depends_on"},
            {"parent": "S3", "child": "X", "kind": "runs_on"},
            {"parent": "S1", "child": "Y", "kind": "runs_on"},
        ],
        "risk": [{"id": "K", "title": "K", "state": "identified"}],
    }
    row = ask(make(tmp_path, **tables), "MR-11").measure("MR-11")
    assert (row["value"], row["n"]) == (1.0, 2)
    assert units(row)["ci:X"]["value"] == 1.0
    assert "ci:S3" not in units(row)


def test_mr14_a_review_in_its_grace_is_open_and_an_early_one_counts(tmp_path: Path) -> None:
    def decision(i: int, due: date, reviewed: date | None) -> dict[str, Any]:
        return {"id": f"D{i:02}", "title": "D", "at": START, "amount": "50000",
                "predicted_p": 0.5, "locked_at": START, "review_on": due,
                "reviewed_on": reviewed}  # fmt: skip

    old, new = date(2026, 1, 10), date(2026, 6, 20)
    rows = [decision(i, old, old if i < 8 else None) for i in range(10)]
    rows += [decision(10, new, date(2026, 6, 25)), decision(11, new, None)]
    rows = [{**row, "amount": 50_000} for row in rows]
    row = ask(make(tmp_path, decision=rows), "MR-14").measure("MR-14")
    assert (row["value"], row["n"]) == (round(9 / 11, 6), 11)


def test_mr16_each_problem_costs_its_own_hours(tmp_path: Path) -> None:
    problems = [incident(f"P{k}", kind="problem", state="open", resolved_at=None,
                         service=f"S{k}") for k in (1, 2)]  # fmt: skip
    records = [
        incident(f"R{k}{i}", problem=f"P{k}", service=f"S{k}") for k in (1, 2) for i in range(12)
    ]
    work = [
        {"record": r["id"], "minutes": 60.0 if r["problem"] == "P1" else 180.0,
         "started_at": START + 30 * DAY}
        for r in records
    ]  # fmt: skip
    tables = {"record": problems + records, "worklog": work,
              "problem": [{"record": "P1"}, {"record": "P2"}]}  # fmt: skip
    row = ask(make(tmp_path, **tables), "MR-16").measure("MR-16")
    assert (row["value"], row["n"]) == (4.0, 24)
    told = {name: u["value"] for name, u in units(row).items()}
    assert told == {"service:S1": 1.0, "service:S2": 3.0}


def test_mr12_one_service_without_a_promise_leaves_the_rest_judged(tmp_path: Path) -> None:
    services = [{**service(f"S{i}"), "rto_h": 4.0 if i else None} for i in range(6)]
    tests = [{"service": f"S{i}", "at": date(2026, 3, 1), "achieved_h": 3.0, "ok": True}
             for i in range(6)]  # fmt: skip
    row = ask(make(tmp_path, service=services, recovery_test=tests), "MR-12").measure("MR-12")
    assert (row["value"], row["n"], row["light"]) == (1.0, 5, "green")
