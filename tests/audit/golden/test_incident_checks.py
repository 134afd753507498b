"""Golden cases of the incident, request and follow-up checks: one that fires, one that does not."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make, units
from trueup.audit.catalogue import all_measures

Rows = list[dict[str, Any]]


def record(i: int, **more: Any) -> dict[str, Any]:
    at = START + timedelta(hours=9 + 7 * i % 8600)
    base = {
        "id": f"R{i:05d}", "kind": "incident", "state": "closed", "opened_at": at,
        "resolved_at": at + timedelta(hours=5), "closed_at": at + timedelta(hours=50),
        "team": f"T{i % 4}", "category": f"K{i % 3}", "priority": 3, "requester": f"U{i}",
        "service": "S1", "channel": "portal",
    }  # fmt: skip
    return base | more


def event(seq: int, of: str, activity: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "seq": seq, "entity": "record", "entity_id": of, "activity": activity, "at_occurred": at,
        "at_recorded": at, "via": "web", "actor_kind": "person",
    } | more  # fmt: skip


def moves(n: int, bounced: float, *, extra: float = 12.0) -> tuple[Rows, Rows]:
    """Incidents through three teams; a share of those of T0 goes A-B-A and takes longer."""
    rng = random.Random(3)
    records, events = [], []
    for i in range(n):
        back = rng.random() < (bounced if i % 4 == 0 else 0.01)
        r = record(i)
        if back:
            r["resolved_at"] = r["opened_at"] + timedelta(hours=5 + rng.uniform(0.5, 1.5) * extra)
            r["closed_at"] = r["resolved_at"] + timedelta(hours=50)
        records.append(r)
        home = f"T{i % 4}"
        path = [home, "B", home] if back else [home, "B", "C"] if i % 2 else [home]
        for k, team in enumerate(path):
            at = r["opened_at"] + timedelta(minutes=10 * k)
            kind = "opened" if k == 0 else "assigned"
            events.append(event(len(events) + 1, r["id"], kind, at, team=team, level=1))
    return records, events


def test_i01_names_the_team_that_bounces(tmp_path: Path) -> None:
    records, events = moves(1600, 0.4)
    result = ask(make(tmp_path, record=records, event=events), "I01", "MC-09")
    check = result.check("I01")
    assert check["result"] == "exceptions"
    assert "team:T0" in units(result, "I01")
    assert not {"team:T1", "team:T2", "team:T3"} & units(result, "I01")
    row = next(d for d in check["detections"] if d["unit"]["id"] == "T0")
    assert row["low"] <= 0.4 <= row["high"]
    assert row["effect"]["hours"]["likely"] > 0


def test_i01_leaves_ordinary_hand_overs_alone(tmp_path: Path) -> None:
    records, events = moves(1600, 0.01)
    result = ask(make(tmp_path, record=records, event=events), "I01", "MC-09")
    assert result.check("I01")["result"] in ("clean", "watch")
    assert result.measure("MC-09")["light"] == "green"


def test_i02_finds_the_category_that_comes_back(tmp_path: Path) -> None:
    rng = random.Random(5)
    bad = [record(i, reopen_count=int(i % 3 == 0 and rng.random() < 0.35)) for i in range(1500)]
    result = ask(make(tmp_path / "a", record=bad), "I02", "MC-10")
    assert "category:K0" in units(result, "I02")
    assert "category:K1" not in units(result, "I02")
    good = [record(i, reopen_count=int(rng.random() < 0.01)) for i in range(1500)]
    result = ask(make(tmp_path / "b", record=good), "I02", "MC-10")
    assert result.check("I02")["result"] == "clean"
    assert result.measure("MC-10")["light"] == "green"


@pytest.mark.parametrize(("days", "again"), [(6, True), (8, False)])
def test_a_repeat_behind_an_overlapping_ticket_is_counted(
    tmp_path: Path, days: int, again: bool
) -> None:
    """The person asks about another thing while the first is open, and again once it is closed."""
    rows = []
    for i in range(60):
        first = record(i, requester=f"U{i}", category="K0")
        overlap = first["opened_at"] + timedelta(hours=1)
        later = first["resolved_at"] + timedelta(days=days)
        rows += [first]
        rows += [record(i, id=f"B{i}", requester=f"U{i}", category="K0", opened_at=overlap,
                        resolved_at=later + timedelta(days=40))]  # fmt: skip
        rows += [record(i, id=f"C{i}", requester=f"U{i}", category="K0", opened_at=later,
                        resolved_at=None, state="open", closed_at=None)]  # fmt: skip
    row = ask(make(tmp_path, record=rows), "MC-10").measure("MC-10")
    assert row["value"] == (0.5 if again else 0.0)


def test_i06_counts_forgotten_tickets(tmp_path: Path) -> None:
    rows = [record(i) for i in range(400)]
    for i in range(6):
        rows.append(record(i, id=f"OPEN{i}", state="open", resolved_at=None, closed_at=None,
                           opened_at=AS_OF - timedelta(days=60), team="T9"))  # fmt: skip
    fresh = record(1, id="NEW", state="open", resolved_at=None, closed_at=None,
                   opened_at=AS_OF - timedelta(hours=3))  # fmt: skip
    logged = [event(1, rows[0]["id"], "opened", rows[0]["opened_at"])]
    result = ask(make(tmp_path, record=[*rows, fresh], event=logged), "I06")
    assert result.check("I06")["exceptions"] == 6
    assert "team:T9" in units(result, "I06")
    result = ask(make(tmp_path / "b", record=[*rows[:400], fresh], event=logged), "I06")
    assert result.check("I06")["result"] == "clean"


def test_i07_major_incident_without_review(tmp_path: Path) -> None:
    rows = [record(i, major=i < 3) for i in range(40)]
    actions = [{"id": "A1", "source": rows[0]["id"], "owner": "P1"},
               {"id": "A2", "source": rows[1]["id"], "owner": "P1"}]  # fmt: skip
    result = ask(make(tmp_path, record=rows, action=actions), "I07")
    assert result.check("I07")["exceptions"] == 1
    assert result.check("I07")["detections"][0]["grade"] == "major"
    actions.append({"id": "A3", "source": rows[2]["id"], "owner": "P2"})
    assert (
        ask(make(tmp_path / "b", record=rows, action=actions), "I07").check("I07")["result"]
        == "clean"
    )


@pytest.mark.parametrize(("factor", "expected"), [(1.6, "exceptions"), (1.0, None)])
def test_i08_backlog_of_one_team(tmp_path: Path, factor: float, expected: str | None) -> None:
    rng = random.Random(11)
    rows = []
    for i in range(3000):
        at = START + timedelta(hours=rng.uniform(0, 8700))
        late = at > AS_OF - timedelta(weeks=8)
        team = f"T{i % 3}"
        stuck = team == "T1" and late and rng.random() > 1 / factor
        done = None if stuck else min(at + timedelta(hours=8), AS_OF)
        rows.append(record(i, opened_at=at, team=team, state="open" if stuck else "closed",
                           resolved_at=done, closed_at=done))  # fmt: skip
    result = ask(make(tmp_path, record=rows), "I08")
    if expected:
        assert "team:T1" in units(result, "I08")
        assert "team:T0" not in units(result, "I08")
    else:
        assert result.check("I08")["result"] in ("clean", "watch")


def pauses(n: int, asked: float) -> dict[str, Rows]:
    rng = random.Random(7)
    records, events, messages = [], [], []
    for i in range(n):
        r = record(i)
        records.append(r)
        at = r["opened_at"] + timedelta(hours=1)
        events.append(
            event(len(events) + 1, r["id"], "paused", at, waiting_for="customer", team=r["team"])
        )
        if rng.random() < asked:
            messages.append(
                {"id": f"M{i}", "record": r["id"], "direction": "out", "public": True, "at": at}
            )
    messages.append({"id": "M", "record": "R00000", "direction": "in", "public": True, "at": START})
    return {"record": records, "event": events, "message": messages}


def test_i04_waiting_without_a_question(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **pauses(300, 0.5)), "I04")
    assert result.check("I04")["result"] == "exceptions"
    assert result.check("I04")["low"] <= 0.5 <= result.check("I04")["high"]
    assert ask(make(tmp_path / "b", **pauses(300, 1.0)), "I04").check("I04")["result"] == "clean"


def hurried(late: float) -> dict[str, Rows]:
    """Pauses that were all asked for; of those of T1 a share comes just before the promise."""
    rng = random.Random(5)
    made = pauses(1200, 1.0)
    records = {r["id"]: r for r in made["record"]}
    results = []
    for r in made["record"]:
        r["resolved_at"] = r["opened_at"] + timedelta(hours=12)
        due = r["opened_at"] + timedelta(hours=10)
        results.append({"record": r["id"], "metric": "resolve", "met": True, "due_at": due})
    said = {}
    for e in made["event"]:
        r = records[e["entity_id"]]
        hours = rng.uniform(8.7, 9.9) if r["team"] == "T1" and rng.random() < late else (
            rng.uniform(0.5, 9.9))  # fmt: skip
        e["at_occurred"] = e["at_recorded"] = said[r["id"]] = r["opened_at"] + timedelta(
            hours=hours)  # fmt: skip
    for m in made["message"]:
        if m["direction"] == "out" and m["record"] in said:
            m["at"] = said[m["record"]]
    return made | {"target_result": results}


def test_i04_pauses_crowd_before_the_promise(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **hurried(0.7)), "I04")
    row = next(d for d in result.check("I04")["detections"] if d["unit"]["id"] == "T1")
    assert row["branch"] == "near the promise"
    assert row["low"] > 2
    assert ask(make(tmp_path / "b", **hurried(0.0)), "I04").check("I04")["result"] == "clean"


def test_i01_compares_with_one_hand_over_where_nothing_else_can_be(tmp_path: Path) -> None:
    records, events = moves(1600, 0.4)
    third = {e["entity_id"] for e in events if e["team"] == "C"}
    events = [e for e in events if e["team"] != "C"]
    for number, e in enumerate(events, 1):
        e["seq"] = number
    assert third
    result = ask(make(tmp_path, record=records, event=events), "I01")
    assert "team:T0" in units(result, "I01")


def downgrades(share: float, late: bool) -> dict[str, Rows]:
    rng = random.Random(9)
    records, events, results = [], [], []
    for i in range(900):
        r = record(i)
        r["resolved_at"] = r["opened_at"] + timedelta(hours=9)
        records.append(r)
        due = r["opened_at"] + timedelta(hours=10)
        results.append({"record": r["id"], "metric": "resolve", "met": True, "due_at": due})
        if rng.random() < share:
            at = r["opened_at"] + timedelta(hours=8.5 if late else rng.uniform(0, 9))
            more = {"old": "3", "new": "4", "field": "priority"}
            events.append(event(len(events) + 1, r["id"], "priority_changed", at, **more))
            events.append(event(len(events) + 1, r["id"], "classified", at, field="impact"))
    events.append(event(len(events) + 1, "R00000", "opened", START))
    return {"record": records, "event": events, "target_result": results}


def test_i05_priority_lowered_near_the_promise(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **downgrades(0.04, True)), "I05")
    assert result.check("I05")["result"] == "exceptions"
    assert (
        ask(make(tmp_path / "b", **downgrades(0.04, False)), "I05").check("I05")["result"]
        != "exceptions"
    )


def test_i03_team_that_hands_on(tmp_path: Path) -> None:
    rng = random.Random(13)

    def world(weak: float) -> dict[str, Rows]:
        records, events = [], []
        for i in range(1600):
            r = record(i)
            records.append(r)
            front = rng.random() < (weak if r["team"] == "T2" else 0.8)
            at = r["opened_at"]
            events.append(event(len(events) + 1, r["id"], "opened", at, team=r["team"], level=1))
            if not front:
                at += timedelta(hours=1)
                events.append(event(len(events) + 1, r["id"], "assigned", at, team="X", level=2))
        return {"record": records, "event": events}

    result = ask(make(tmp_path / "a", **world(0.4)), "I03")
    assert units(result, "I03") == {"team:T2"}
    assert ask(make(tmp_path / "b", **world(0.8)), "I03").check("I03")["result"] != "exceptions"


def test_s01_cliff_before_the_promise(tmp_path: Path) -> None:
    def world(bent: bool) -> dict[str, Rows]:
        rng = random.Random(17)
        records, results = [], []
        for i in range(1200):
            near = bent and rng.random() < 0.25
            used = rng.uniform(0.92, 0.999) if near else rng.uniform(0.05, 1.4)
            again = near and rng.random() < 0.4
            records.append(record(i, reopen_count=int(again)))
            results.append({"record": f"R{i:05d}", "target": "G1", "metric": "resolve",
                            "met": used < 1, "elapsed_min": 480 * used})  # fmt: skip
        target = [
            {"id": "G1", "agreement": "A1", "metric": "resolve", "value": 8.0, "unit": "hours"}
        ]
        return {"record": records, "target_result": results, "target": target}

    assert ask(make(tmp_path / "a", **world(True)), "S01").check("S01")["result"] == "exceptions"
    assert ask(make(tmp_path / "b", **world(False)), "S01").check("S01")["result"] != "exceptions"


def requests(late: float) -> dict[str, Rows]:
    rng = random.Random(19)
    records = [record(i, kind="request", category=f"Q{i % 3}") for i in range(600)]
    results = [
        {"record": r["id"], "metric": "fulfil", "due_at": r["closed_at"],
         "met": not (r["category"] == "Q1" and rng.random() < late)}
        for r in records
    ]  # fmt: skip
    return {"record": records, "target_result": results}


def test_q01_late_category(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **requests(0.5)), "Q01")
    assert "category:Q1" in units(result, "Q01")
    assert ask(make(tmp_path / "b", **requests(0.0)), "Q01").check("Q01")["result"] == "clean"


def test_q02_approval_that_never_says_no(tmp_path: Path) -> None:
    def world(no: int, hours: int) -> dict[str, Rows]:
        records = [record(i, kind="request", category="Q") for i in range(200)]
        approvals = [
            {"id": f"AP{i}", "entity": "record", "entity_id": r["id"], "step": "manager",
             "decision": "rejected" if i % 10 < no else "approved",
             "requested_at": datetime(2025, 9, 1, 8, tzinfo=START.tzinfo) + timedelta(weeks=i % 30),
             "at": datetime(2025, 9, 1, 8, tzinfo=START.tzinfo)
             + timedelta(weeks=i % 30, days=hours // 10, hours=1)}
            for i, r in enumerate(records)
        ]  # fmt: skip
        return {"record": records, "approval": approvals}

    result = ask(make(tmp_path / "a", **world(0, 20)), "Q02")
    assert result.check("Q02")["result"] == "exceptions"
    assert ask(make(tmp_path / "b", **world(2, 20)), "Q02").check("Q02")["result"] == "clean"
    assert ask(make(tmp_path / "c", **world(0, 0)), "Q02").check("Q02")["result"] == "clean"


def test_q03_speaks_only_where_people_labelled(tmp_path: Path) -> None:
    rows = [
        record(i, title="I need access to the share" if i % 2 else "Printer is broken")
        for i in range(400)
    ]
    result = ask(make(tmp_path / "a", record=rows), "Q03")
    assert result.check("Q03")["result"] == "watch"
    labels = [
        {"entity": "record", "entity_id": r["id"], "label": "kind", "at": START,
         "value": "request" if i % 2 else "incident"}
        for i, r in enumerate(rows[:100])
    ]  # fmt: skip
    assert (
        ask(make(tmp_path / "b", record=rows, label=labels), "Q03").check("Q03")["result"]
        == "exceptions"
    )
    fine = [record(i, title="Printer is broken") for i in range(400)]
    assert ask(make(tmp_path / "c", record=fine), "Q03").check("Q03")["result"] == "clean"


def test_m01_overdue_actions(tmp_path: Path) -> None:
    def world(open_share: int) -> Rows:
        return [
            {"id": f"A{i}", "due": date(2026, 1, 10), "owner": "P",
             "done_at": None if i % 10 < open_share else START + timedelta(days=100)}
            for i in range(60)
        ]  # fmt: skip

    assert ask(make(tmp_path / "a", action=world(4)), "M01").check("M01")["result"] == "exceptions"
    assert ask(make(tmp_path / "b", action=world(0)), "M01").check("M01")["result"] == "clean"


def findings(proved: bool) -> dict[str, Rows]:
    closed = START + timedelta(days=200)
    opened = START + timedelta(days=20)
    rows = [{"id": f"F{i}", "check": "I01", "scope": f"s{i}", "opened_at": opened,
             "closed_at": closed, "result": "effective"} for i in range(4)]  # fmt: skip
    tests = [
        {"finding": f"F{i}", "decided_at": closed - timedelta(days=3), "verified_by": "P2"}
        for i in range(4 if proved else 3)
    ]
    actions = [{"id": f"A{i}", "finding": f"F{i}", "owner": "P1"} for i in range(4)]
    return {"finding": rows, "verification": tests, "action": actions}


def test_m02_closed_without_proof(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **findings(False)), "M02")
    assert result.check("M02")["exceptions"] == 1
    assert result.check("M02")["detections"][0]["evidence"][0]["id"] == "F3"
    assert ask(make(tmp_path / "b", **findings(True)), "M02").check("M02")["result"] == "clean"


def test_m03_came_back(tmp_path: Path) -> None:
    world = findings(True)
    again = {"id": "F9", "check": "I01", "scope": "s1", "opened_at": START + timedelta(days=300)}
    result = ask(make(tmp_path / "a", finding=[*world["finding"], again]), "M03")
    assert result.check("M03")["exceptions"] == 1
    assert (
        ask(make(tmp_path / "b", finding=world["finding"]), "M03").check("M03")["result"] == "clean"
    )


def test_m04_measures_without_owner(tmp_path: Path) -> None:
    keys = [id for id, measure in all_measures().items() if measure.key]
    rows = [
        {"id": k, "target": 0.1, "owner": "P1", "looked_at": AS_OF - timedelta(days=5)}
        for k in keys
    ]
    assert ask(make(tmp_path / "a", measure=rows), "M04").check("M04")["result"] == "clean"
    result = ask(make(tmp_path / "b", measure=rows[2:]), "M04")
    assert result.check("M04")["exceptions"] == 2
