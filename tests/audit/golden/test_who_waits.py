"""Golden cases: who waits for an answer, by which hours, and what follows changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.audit.golden.packs import START, ask, make
from tests.audit.golden.test_voice import ALL, tickets

FRIDAY = START + timedelta(days=3, hours=14)


def test_changes_and_problems_wait_for_nobody(tmp_path: Path) -> None:
    tables = tickets(400, 0.0)
    tables["record"] += [
        {
            "id": f"CHG{i}", "kind": ("change", "problem", "release", "task")[i % 4],
            "state": "closed", "opened_at": START + timedelta(hours=9 + 10 * i), "team": "T1",
            "requester": "planner", "category": "change", "priority": 3,
            "resolved_at": START + timedelta(hours=11 + 10 * i),
        }
        for i in range(400)
    ]  # fmt: skip
    result = ask(make(tmp_path, **tables), "MC-06", "MC-07", "MC-08", "MC-10")
    for id in ("MC-06", "MC-07", "MC-08", "MC-10"):
        assert result.measure(id)["n"] == 400, id
        assert result.measure(id)["light"] == "green", id


def test_a_complaint_is_answered_in_business_hours(tmp_path: Path) -> None:
    record = {"id": "CMP1", "kind": "complaint", "state": "closed", "opened_at": FRIDAY,
              "customer": "C1"}  # fmt: skip
    steps = [{"record": "CMP1", "step": s, "at": FRIDAY + timedelta(hours=68)} for s in ALL]
    result = ask(make(tmp_path, record=[record], complaint_step=steps), "C06", "MC-15")
    assert result.check("C06")["result"] == "clean"
    late = [{**s, "at": s["at"] + timedelta(days=5)} for s in steps]
    result = ask(make(tmp_path / "late", record=[record], complaint_step=late), "C06")
    assert result.check("C06")["result"] == "exceptions"


def test_incidents_after_changes_that_nobody_linked(tmp_path: Path) -> None:
    records, changes, on = [], [], []
    for i in range(40):
        ended = START + timedelta(days=70 + 7 * i, hours=12)
        records.append({"id": f"CHG{i}", "kind": "change", "state": "closed",
                        "opened_at": ended - timedelta(days=3), "team": "T"})  # fmt: skip
        changes.append({"record": f"CHG{i}", "type": "normal", "start": ended - timedelta(hours=1),
                        "end": ended, "outcome": "successful"})  # fmt: skip
        on.append({"change": f"CHG{i}", "ci": f"CI{i % 20}"})
        records += [
            {"id": f"INC{i}-{k}", "kind": "incident", "state": "open", "ci": f"CI{i % 20}",
             "opened_at": ended + timedelta(hours=h), "team": "T"}
            for k, h in enumerate((2, 30, -24 * 30, -24 * 20))
        ]  # fmt: skip
    ci = [{"id": f"CI{i}", "name": f"box {i}"} for i in range(20)]
    relation = [{"parent": "CI0", "child": "CI1", "kind": "depends_on"}]
    pack = make(tmp_path, record=records, change=changes, change_ci=on, ci=ci, relation=relation)
    result = ask(pack, "Z08", "MR-02")
    assert result.measure("MR-02")["low"] > 1.0
    row = result.check("Z08")
    assert row["result"] == "exceptions"
    assert row["exceptions"] == 80
