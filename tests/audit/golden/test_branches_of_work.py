"""Golden cases of the work processes: every part of a rule speaks, at the unit it names.

Each clause quoted in the name of a case is one of audit-checks.csv; each has a case that fires
and one that does not.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make, units

Row = dict[str, Any]
DAY = timedelta(days=1)


def word(seed: str) -> str:
    """A title unlike all others."""
    return hashlib.sha256(seed.encode()).hexdigest()


def records(n: int = 400, kind: str = "incident", **same: Any) -> list[Row]:
    """Closed records spread over the year, in three teams."""
    step = timedelta(hours=8000 / n)
    return [
        {
            "id": f"{kind[:2].upper()}{i:04}", "kind": kind, "state": "closed", "priority": 3,
            "team": f"T{i % 3}", "service": "S0", "category": f"K{i % 4}", "channel": "portal",
            "requester": f"U{i}", "title": word(f"{kind}{i}"), "opened_at": START + step * i,
            "resolved_at": START + step * i + timedelta(hours=5),
            "closed_at": START + step * i + timedelta(hours=30), **same,
        }
        for i in range(n)
    ]  # fmt: skip


def changes(n: int = 100, backwards: int = 0) -> list[Row]:
    """Changes of an hour, the first of which end before they start."""
    start = [START + DAY * (3 * i + 2) for i in range(n)]
    return [
        {"record": f"CH{i:04}", "type": "normal", "outcome": "successful", "start": at,
         "end": at + timedelta(hours=-1 if i < backwards else 1)}
        for i, at in enumerate(start)
    ]  # fmt: skip


@pytest.mark.parametrize(("backwards", "result"), [(6, "exceptions"), (0, "clean"), (1, "clean")])
def test_z02_changes_that_end_before_they_start(
    tmp_path: Path, backwards: int, result: str
) -> None:
    rows = records(3000) + records(100, "change")
    found = ask(make(tmp_path, record=rows, change=changes(100, backwards)), "Z02").check("Z02")
    assert found["result"] == result
    if backwards == 6:
        (one,) = found["detections"]
        assert one["branch"] == "change ends before it starts"
        assert (one["exceptions"], one["tested"]) == (6, 100)
        assert {e["table"] for e in one["evidence"]} == {"change"}


@pytest.mark.parametrize(("wrong", "result"), [(8, "exceptions"), (0, "clean")])
def test_z02_outages_that_end_before_they_start(tmp_path: Path, wrong: int, result: str) -> None:
    outages = [
        {"id": f"O{i}", "service": "S0", "start": START + DAY * 7 * i, "planned": True,
         "end": START + DAY * 7 * i + timedelta(hours=-2 if i < wrong else 2)}
        for i in range(40)
    ]  # fmt: skip
    found = ask(make(tmp_path, record=records(), outage=outages), "Z02").check("Z02")
    assert found["result"] == result


def flagged(missed: int, **columns: Any) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Records, results, targets and agreements; `missed` of those solved in time are booked late.

    Solved after 5 hours, promised are 8.
    """
    rows = records(600)
    results = [
        {"record": r["id"], "target": "G", "metric": "resolve", "met": i % 10 != 0 or i >= missed,
         "computed_at": r["closed_at"], **{k: v(r) for k, v in columns.items()}}
        for i, r in enumerate(rows)
    ]  # fmt: skip
    target = [
        {"id": "G", "agreement": "A", "metric": "resolve", "value": 8.0, "unit": "hours",
         "calendar": "24x7", "clock_stop": "resolved"}
    ]  # fmt: skip
    return rows, results, target, [{"id": "A", "kind": "sla"}]


def asked_z03(folder: Path, parts: tuple[list[Row], ...]) -> Any:
    rows, results, target, agreement = parts
    return ask(
        make(folder, record=rows, target_result=results, target=target, agreement=agreement), "Z03"
    ).check("Z03")


@pytest.mark.parametrize(("missed", "result"), [(600, "exceptions"), (0, "clean")])
@pytest.mark.parametrize("due", [True, False])
def test_z03_else_target_value_per_priority(
    tmp_path: Path, missed: int, result: str, due: bool
) -> None:
    columns = {"due_at": lambda r: r["opened_at"] + timedelta(hours=8)} if due else {}
    found = asked_z03(tmp_path, flagged(missed, **columns))
    assert found["result"] == result
    if missed:
        (one,) = found["detections"]
        assert one["branch"] == "solved in time, booked missed"
        assert one["low"] < 0.1 < one["high"]
        assert (one["exceptions"], one["tested"]) == (60, 600)


def test_z03_a_clock_that_stops_at_closed_needs_no_flag(tmp_path: Path) -> None:
    rows, results, target, agreement = flagged(0)
    target[0]["clock_stop"] = "closed"
    found = asked_z03(tmp_path, (rows, results[:20], target, agreement))
    (one,) = found["detections"]
    assert one["branch"] == "clock stops at closed"
    assert one["headline"] == "In 1 of 1 promises the clock stops at closing, not at the solution."
    assert [e["table"] for e in one["evidence"]] == ["target"]


@pytest.mark.parametrize(("lost", "result"), [(30, "exceptions"), (0, "clean"), (1, "watch")])
def test_z08_one_column_of_references_by_itself(tmp_path: Path, lost: int, result: str) -> None:
    rows = records(2000)
    for i, row in enumerate(rows[:200]):
        row["ci"] = "GHOST" if i < lost else "C1"
    found = ask(
        make(tmp_path, record=rows, ci=[{"id": "C1"}], service=[{"id": "S0", "name": "s"}]), "Z08"
    ).check("Z08")
    assert found["result"] == result
    if lost == 30:
        (one,) = found["detections"]
        assert one["branch"] == "dangling record.ci"
        assert one["value"] == pytest.approx(0.15)


@pytest.mark.parametrize(("lost", "result"), [(40, "exceptions"), (0, "clean")])
def test_z08_if_recorded_event_entity_id(tmp_path: Path, lost: int, result: str) -> None:
    rows = records(300)
    events = [
        {"seq": i + 1, "entity": "record", "activity": "opened", "at_occurred": r["opened_at"],
         "entity_id": f"GONE{i}" if i < lost else r["id"], "at_recorded": r["opened_at"]}
        for i, r in enumerate(rows)
    ]  # fmt: skip
    found = ask(make(tmp_path, record=rows, event=events), "Z08").check("Z08")
    assert found["result"] == result


def test_z08_a_double_is_found_behind_another_ticket(tmp_path: Path) -> None:
    rows = records(300)
    for i in range(0, 300, 3):
        first, other, again = rows[i : i + 3]
        other["opened_at"] = first["opened_at"] + timedelta(minutes=5)
        again |= {"opened_at": first["opened_at"] + timedelta(minutes=9), "title": first["title"]}
        first["requester"] = other["requester"] = again["requester"] = f"U{i}"
    result = ask(make(tmp_path, record=rows), "Z08")
    assert result.check("Z08")["exceptions"] == 100
    named = units(result, "Z08")
    assert "team:T2" in named
    assert "team:T0" not in named


def bought(approver: str) -> Any:
    """Twenty purchases of a supplier that LEA entered, approved by somebody."""
    return {
        "record": records(),
        "approval": [
            {"id": "A1", "entity": "record", "entity_id": "IN0001", "approver": "BOSS",
             "decision": "approved", "at": START + DAY}
        ],
        "person": [{"id": "LEA", "team": "T1"}, {"id": "BOSS", "team": "T2"}],
        "event": [
            {"seq": 1, "entity": "supplier", "entity_id": "V", "activity": "opened",
             "actor": "LEA", "at_occurred": START, "at_recorded": START}
        ],
        "purchase": [
            {"id": f"P{i}", "supplier": "V", "buyer": "TOM", "approved_by": approver,
             "amount": 10, "at": START + DAY * (i + 1)}
            for i in range(20)
        ],
    }  # fmt: skip


def test_z09_who_entered_the_supplier_approves_its_purchases(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **bought("LEA")), "Z09")
    assert units(result, "Z09") == {"team:T1"}
    assert result.check("Z09")["exceptions"] == 20


def test_z09_another_person_approves_the_purchases(tmp_path: Path) -> None:
    assert ask(make(tmp_path, **bought("BOSS")), "Z09").check("Z09")["result"] == "clean"


def test_z09_the_buyer_decides_on_the_approval_of_the_same_purchase(tmp_path: Path) -> None:
    world = bought("BOSS")
    world["approval"] += [
        {"id": f"AP{i}", "entity": "purchase", "entity_id": f"P{i}", "approver": "TOM",
         "decision": "approved", "at": START + DAY}
        for i in range(8)
    ]  # fmt: skip
    world["person"].append({"id": "TOM", "team": "T0"})
    result = ask(make(tmp_path, **world), "Z09")
    assert units(result, "Z09") == {"team:T0"}


@pytest.mark.parametrize(("bare", "result"), [(6, "exceptions"), (0, "clean")])
def test_z13_tests_do_not_drown_among_approvals(tmp_path: Path, bare: int, result: str) -> None:
    approvals = [
        {"id": f"A{i}", "entity": "record", "entity_id": f"IN{i:04}", "approver": "BOSS",
         "decision": "approved", "at": START + DAY * (i % 300)}
        for i in range(400)
    ]  # fmt: skip
    tests = [
        {"service": f"S{i}", "at": (START + DAY * 30 * i).date(), "ok": True,
         "achieved_h": None if i < bare else 3.0}
        for i in range(11)
    ]  # fmt: skip
    found = ask(make(tmp_path, record=records(), approval=approvals, recovery_test=tests), "Z13")
    check = found.check("Z13")
    assert check["result"] == result
    if bare:
        assert {d["branch"] for d in check["detections"]} == {"recovery tests"}


def test_z13_an_action_that_names_its_finding_comes_from_there(tmp_path: Path) -> None:
    approvals = [
        {"id": f"A{i}", "entity": "record", "entity_id": f"IN{i:04}", "approver": "BOSS",
         "decision": "approved", "at": START + DAY * (i % 300)}
        for i in range(400)
    ]  # fmt: skip
    actions = [
        {"id": f"M{i}", "finding": "F1", "owner": "LEA", "done_at": START + DAY * 10 * i,
         "source": "IN0001" if i % 4 else None}
        for i in range(30)
    ]  # fmt: skip
    pack = make(tmp_path, record=records(), approval=approvals, action=actions)
    assert ask(pack, "Z13").check("Z13")["result"] == "clean"


def test_z12_what_holds_from_a_day_on_is_a_period(tmp_path: Path) -> None:
    rows = records(300)
    at = START + DAY * 100
    event = [{"seq": 1, "entity": "configuration", "entity_id": "matrix", "activity": "edited",
              "at_occurred": at, "at_recorded": at}]  # fmt: skip
    result = ask(make(tmp_path, record=rows, event=event), "Z12")
    assert units(result, "Z12") == {"period:2025-10-09/2026-06-30"}
    (one,) = result.check("Z12")["detections"]
    assert one["headline"].startswith("Changes of the configuration in the period: 1,")


@pytest.mark.parametrize(
    ("plain", "long", "result"),
    [("3", "3 Low", "exceptions"), ("3", "3 - Low", "exceptions"), ("Net", "Net LAN", "clean")],
)
def test_z12_a_bare_code_and_its_label(tmp_path: Path, plain: str, long: str, result: str) -> None:
    rows = records(300)
    for i, row in enumerate(rows):
        row["close_code"] = plain if i % 2 else long
    assert ask(make(tmp_path, record=rows), "Z12").check("Z12")["result"] == result


def major(owner: str | None, reviewed: datetime | None) -> Any:
    rows = records(50)
    rows[5] |= {"major": True, "reviewed_at": reviewed}
    return {
        "record": rows,
        "action": [{"id": "M", "source": rows[5]["id"], "owner": owner}],
        "service": [{"id": "S0", "name": "s"}],
    }


def test_i07_a_review_without_an_owned_action_is_no_lesson(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **major(None, START + DAY * 60)), "I07")
    assert units(result, "I07") == {"record:IN0005", "service:S0"}


def test_i07_an_owned_action_is(tmp_path: Path) -> None:
    assert ask(make(tmp_path, **major("LEA", None)), "I07").check("I07")["result"] == "clean"


@pytest.mark.parametrize(("heap", "result"), [(14, "exceptions"), (2, "clean")])
def test_p03_a_day_by_the_rule_of_z04_has_no_least_number(
    tmp_path: Path, heap: int, result: str
) -> None:
    rows = records(60, "problem", title=None)
    events = []
    for i, row in enumerate(rows):
        row["closed_at"] = row["opened_at"] + DAY * 20
        if 10 <= i < 10 + heap:
            row["closed_at"] = START + DAY * 150 + timedelta(hours=9, minutes=i)
        events += [
            {"entity": "record", "entity_id": row["id"], "activity": "commented",
             "at_occurred": row["opened_at"] + DAY, "at_recorded": row["opened_at"] + DAY},
            {"entity": "record", "entity_id": row["id"], "activity": "closed",
             "at_occurred": row["closed_at"], "at_recorded": row["closed_at"]},
        ]  # fmt: skip
    for seq, event in enumerate(events, 1):
        event["seq"] = seq
    found = ask(make(tmp_path, record=rows, event=events), "P03")
    assert found.check("P03")["result"] == result
    if heap == 14:
        assert "period:2025-11-28/2025-11-28" in units(found, "P03")


def test_p02_services_are_named_where_none_has_twenty(tmp_path: Path) -> None:
    rows = []
    for i in range(60):
        old = i % 5 != 0
        at = START + DAY * (i if old else 300 + i % 40)
        rows.append({
            "id": f"PR{i}", "kind": "problem", "state": "open" if old else "closed",
            "service": f"S{i % 10}", "opened_at": at,
            "resolved_at": None if old else at + DAY * 9,
            "closed_at": None if old else at + DAY * 9,
        })  # fmt: skip
    events = [
        {"seq": i + 1, "entity": "record", "entity_id": r["id"], "activity": "commented",
         "at_occurred": AS_OF - DAY, "at_recorded": AS_OF - DAY}
        for i, r in enumerate(rows)
    ]  # fmt: skip
    problem = [{"record": r["id"]} for r in rows]
    result = ask(make(tmp_path, record=rows, event=events, problem=problem), "P02")
    named = units(result, "P02")
    assert "service:S1" in named
    assert "service:S0" not in named
    assert not any(unit.startswith("organisation") for unit in named)


@pytest.mark.parametrize(("late", "result"), [(6, "exceptions"), (0, "clean")])
def test_s03_a_dozen_agreements_are_enough(tmp_path: Path, late: int, result: str) -> None:
    agreement = [
        {"id": f"A{i}", "kind": "contract", "supplier": "V", "review_due": START.date(),
         "reviewed_on": None if i < late else (START + DAY * 3).date()}
        for i in range(12)
    ]  # fmt: skip
    found = ask(make(tmp_path, record=records(), agreement=agreement), "S03").check("S03")
    assert found["result"] == result


def test_h01_a_service_with_few_changes_is_named_where_the_whole_trips(tmp_path: Path) -> None:
    rows = records(200, "change")
    for i, row in enumerate(rows):
        row["service"] = f"S{i % 10}"
    change = [
        {"record": r["id"], "type": "normal", "risk_class": "low", "start": r["opened_at"],
         "end": r["resolved_at"], "outcome": "successful", "required_approval": "board"}
        for r in rows
    ]  # fmt: skip
    approval = [
        {"id": f"A{i}", "entity": "change", "entity_id": r["id"], "decision": "approved",
         "level": "board", "approver": "BOSS", "at": r["opened_at"] - DAY,
         "recorded_at": r["opened_at"] - DAY}
        for i, r in enumerate(rows) if not (r["service"] == "S4" and i < 120)
    ]  # fmt: skip
    service = [{"id": f"S{i}", "name": "s", "criticality": 4} for i in range(10)]
    result = ask(
        make(tmp_path, record=rows, change=change, approval=approval, service=service), "H01"
    )
    assert "service:S4" in units(result, "H01")
    assert not any(unit.startswith("organisation") for unit in units(result, "H01"))


@pytest.mark.parametrize(("early", "result"), [(60, "exceptions"), (0, "clean")])
def test_z11_cases_that_began_before_the_log_and_before_the_period(
    tmp_path: Path, early: int, result: str
) -> None:
    rows = records(400)
    for i, row in enumerate(rows):
        row["opened_at"] = START + timedelta(hours=21.8 * i)
        row["closed_at"] = row["resolved_at"] = row["opened_at"] + timedelta(hours=9)
    events = [
        {"seq": i + 1, "entity": "record", "entity_id": r["id"], "activity": "closed",
         "at_occurred": r["closed_at"], "at_recorded": r["closed_at"]}
        for i, r in enumerate(rows)
    ]  # fmt: skip
    for row in rows[:early]:
        row["opened_at"] = START - DAY * 20
    rows[-1] |= {"state": "open", "resolved_at": None, "closed_at": None}
    check = ask(make(tmp_path, record=rows, event=events), "Z11").check("Z11")
    assert check["result"] == result
    if early:
        (one,) = check["detections"]
        assert (one["exceptions"], one["tested"], one["value"]) == (60, 400, 0.15)
        assert {e["id"] for e in one["evidence"]} == {r["id"] for r in rows[:60]}


@pytest.mark.parametrize(("again", "result"), [(15, "exceptions"), (2, "watch"), (0, "watch")])
def test_s01_two_reopened_make_no_cliff(tmp_path: Path, again: int, result: str) -> None:
    rows = records(600, reopen_count=0)
    spent = [0.95] * 30 + [1.05] * 5 + [0.4] * 565
    for row in rows[:again] + rows[40:50]:
        row["reopen_count"] = 1
    results = [
        {"record": r["id"], "target": "G", "metric": "resolve", "met": s < 1.0,
         "elapsed_min": 480 * s, "computed_at": r["closed_at"]}
        for r, s in zip(rows, spent, strict=True)
    ]  # fmt: skip
    target = [{"id": "G", "agreement": "A", "metric": "resolve", "value": 8.0, "unit": "hours"}]
    pack = make(tmp_path, record=rows, target_result=results, target=target,
                agreement=[{"id": "A", "kind": "sla"}])  # fmt: skip
    assert ask(pack, "S01").check("S01")["result"] == result
