"""Golden cases of risk, decisions, single points, assets and licences."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, START, ask, make, units

Rows = list[dict[str, Any]]
CALM = ("clean", "watch")


def risk(i: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"K{i:02d}", "title": "x", "service": f"S{i % 2}", "owner": "P1", "state": "assessed",
        "per_year_low": 0.1, "per_year_mode": 0.3, "per_year_high": 0.6,
        "loss_low": Decimal(1000), "loss_mode": Decimal(4000), "loss_high": Decimal(9000),
        "appetite": Decimal(20000), "review_due": date(2026, 9, 1), "reviewed_on": date(2026, 3, 1),
    } | more  # fmt: skip


def test_mr07_x03_within_and_above_appetite(tmp_path: Path) -> None:
    rows = [risk(i) for i in range(6)]
    good = ask(make(tmp_path / "a", risk=rows), "MR-07", "X03", "X01")
    assert good.measure("MR-07")["light"] == "green"
    assert good.check("X03")["result"] == "clean"
    for row in rows:
        row["appetite"] = Decimal(50)
    rows[2] |= {"per_year_low": 3.0, "per_year_mode": 5.0, "per_year_high": 8.0}
    bad = ask(make(tmp_path / "b", risk=rows), "MR-07", "X03")
    assert bad.measure("MR-07")["light"] == "red"
    assert "service:S0" in units(bad, "X03")
    named = {row["id"] for d in bad.check("X03")["detections"] for row in d["evidence"]}
    assert "K02" in named


def test_x03_an_acceptance_that_ran_out(tmp_path: Path) -> None:
    rows = [risk(i) for i in range(6)]
    rows[3] |= {"state": "accepted", "accepted_until": date(2026, 12, 1)}
    assert ask(make(tmp_path / "a", risk=rows), "X03").check("X03")["result"] == "clean"
    rows[3]["accepted_until"] = date(2026, 5, 1)
    assert "service:S1" in units(ask(make(tmp_path / "b", risk=rows), "X03"), "X03")


def test_x01_register_asleep(tmp_path: Path) -> None:
    rows = [risk(i) for i in range(40)]
    assert ask(make(tmp_path / "a", risk=rows), "X01").check("X01")["result"] in CALM
    for i in range(0, 40, 3):
        rows[i] |= {"review_due": date(2026, 1, 1), "reviewed_on": None}
    assert ask(make(tmp_path / "b", risk=rows), "X01").check("X01")["result"] == "exceptions"


def losses(seen: float, n: int = 40) -> Rows:
    rng = random.Random(2)
    return [
        {"risk": "K01" if rng.random() < seen else None, "at": START + timedelta(days=8 * i),
         "loss": Decimal(5000 + i)}
        for i in range(n)
    ]  # fmt: skip


def test_mr15_x02_surprises(tmp_path: Path) -> None:
    good = ask(make(tmp_path / "a", risk=[risk(1)], risk_event=losses(0.97)), "MR-15", "X02")
    assert good.check("X02")["result"] == "clean"
    bad = ask(make(tmp_path / "b", risk=[risk(1)], risk_event=losses(0.2)), "MR-15", "X02")
    assert bad.check("X02")["result"] == "exceptions"
    assert bad.measure("MR-15")["light"] == "red"


def controlled(done_every: int, n: int = 400, effect: bool = True) -> dict[str, Rows]:
    record, change, use = [], [], []
    for i in range(n):
        at = START + timedelta(hours=20 * i)
        done = i % done_every != 0
        fails = i % 4 == 0 if not done else (i % 29 == 0 if effect else i % 4 == 1)
        record.append({"id": f"C{i}", "kind": "change", "state": "closed", "opened_at": at})
        change.append(
            {"record": f"C{i}", "type": "normal", "risk_class": "medium", "start": at,
             "end": at + timedelta(hours=1), "outcome": "failed" if fails else "successful"}
        )  # fmt: skip
        use.append({"control": "CT1", "record": f"C{i}", "at": at, "done": done})
    control = [{"id": "CT1", "title": "x", "last_test": date(2026, 2, 1), "test_result": "passed"}]
    return {"record": record, "change": change, "control_use": use, "control": control}


def test_mr08_x04_controls(tmp_path: Path) -> None:
    good = ask(make(tmp_path / "a", **controlled(12)), "MR-08", "X04")
    assert good.check("X04")["result"] == "clean"
    assert good.measure("MR-08")["value"] > 0.5
    assert good.measure("MR-08")["light"] == "green"
    unused = ask(make(tmp_path / "b", **controlled(3)), "X04").check("X04")
    assert unused["detections"][0]["branch"] == "not used"
    tables = controlled(12)
    tables["control"][0]["last_test"] = date(2024, 1, 1)
    stale = ask(make(tmp_path / "c", **tables), "X04")
    assert "control:CT1" in units(stale, "X04")


def test_mr12_recovery(tmp_path: Path) -> None:
    service = [
        {"id": f"S{i}", "name": "x", "criticality": 1, "state": "live", "rto_h": 4.0}
        for i in range(5)
    ]
    test = [
        {"service": f"S{i}", "at": date(2026, 2, 1), "achieved_h": 2.0, "ok": True, "kind": "real"}
        for i in range(5)
    ]
    good = ask(make(tmp_path / "a", service=service, recovery_test=test), "MR-12")
    assert (good.measure("MR-12")["light"], good.measure("MR-12")["value"]) == ("green", 1.0)
    test[0]["achieved_h"], test[1]["at"], test[2]["kind"] = 9.0, date(2024, 1, 1), "paper"
    bad = ask(make(tmp_path / "b", service=service, recovery_test=test), "MR-12").measure("MR-12")
    assert (bad["light"], bad["value"]) == ("red", pytest.approx(0.5))


def decisions(skill: bool, n: int = 80) -> Rows:
    rng = random.Random(8)
    rows = []
    for i in range(n):
        p = 0.1 if i % 2 else 0.8
        true = p if skill else 1 - p
        rows.append(
            {"id": f"D{i:02d}", "title": "x", "kind": "buy", "at": START + timedelta(days=4 * i),
             "amount": Decimal(9000), "predicted_p": p, "happened": rng.random() < true,
             "locked_at": START + timedelta(days=4 * i),
             "review_on": date(2025, 8, 1) + timedelta(days=3 * i),
             "reviewed_on": date(2025, 8, 5) + timedelta(days=3 * i)}
        )  # fmt: skip
    return [row for row in rows if row["review_on"] >= row["locked_at"].date()]


def test_mr13_mr14_x06_judgement(tmp_path: Path) -> None:
    good = ask(make(tmp_path / "a", decision=decisions(True)), "MR-13", "MR-14", "X06")
    assert good.measure("MR-13")["light"] == "green"
    assert good.measure("MR-14")["light"] == "green"
    assert good.check("X06")["result"] in CALM
    worse = ask(make(tmp_path / "b", decision=decisions(False)), "MR-13", "X06")
    assert worse.measure("MR-13")["light"] == "red"
    assert worse.check("X06")["detections"][0]["branch"] == "worse than chance"
    rows = decisions(True)
    for row in rows:
        row |= {"predicted_p": None, "locked_at": None}
    bare = ask(make(tmp_path / "c", decision=rows), "MR-14", "X06")
    assert bare.check("X06")["detections"][0]["branch"] == "not recorded"


def solved(alone: bool, n: int = 300) -> dict[str, Rows]:
    rng = random.Random(6)
    record, event = [], []
    for i in range(n):
        at = AS_OF - timedelta(hours=12 * i + 5)
        record.append(
            {"id": f"I{i}", "kind": "incident", "state": "closed", "opened_at": at,
             "resolved_at": at, "service": f"S{i % 2}", "category": f"C{i % 4}"}
        )  # fmt: skip
        actor = "P1" if alone and i % 4 == 0 and rng.random() < 0.95 else f"P{rng.randrange(2, 6)}"
        event.append(
            {"seq": i + 1, "entity": "record", "entity_id": f"I{i}", "activity": "resolved",
             "actor": actor, "actor_kind": "person", "at_occurred": at, "at_recorded": at}
        )  # fmt: skip
    service = [
        {"id": f"S{i}", "name": "x", "criticality": 1 + 3 * i, "state": "live"} for i in range(2)
    ]
    return {"record": record, "event": event, "service": service}


def test_mr09_x05_one_person(tmp_path: Path) -> None:
    good = ask(make(tmp_path / "a", **solved(False)), "MR-09", "X05")
    assert good.measure("MR-09")["light"] == "green"
    assert good.check("X05")["result"] == "clean"
    bad = ask(make(tmp_path / "b", **solved(True)), "MR-09", "X05")
    assert (bad.measure("MR-09")["light"], bad.measure("MR-09")["value"]) == ("red", 1.0)
    assert units(bad, "X05") == {"service:S0"}
    plan = [risk(0, state="treated")]
    assert (
        ask(make(tmp_path / "c", **solved(True), risk=plan), "X05").check("X05")["result"]
        == "clean"
    )


def estate(**more: Rows) -> dict[str, Rows]:
    return {
        "service": [
            {"id": f"S{i}", "name": "x", "criticality": 1, "state": "live"} for i in range(3)
        ],
        "supplier": [{"id": "V1", "name": "x"}, {"id": "V2", "name": "y"}],
        "agreement": [
            {"id": f"A{i}", "kind": "contract", "service": f"S{i // 2}",
             "supplier": f"V{1 + i % 2}"}
            for i in range(6)
        ],
        "ci": [{"id": f"N{i}", "name": "n"} for i in range(4)],
        "relation": [{"parent": f"S{i}", "child": f"N{i}", "kind": "runs_on"} for i in range(3)],
    } | more  # fmt: skip


def test_mr10_one_supplier(tmp_path: Path) -> None:
    assert (
        ask(make(tmp_path / "a", **estate()), "MR-10").measure("MR-10")["light"] == "not_applicable"
    )
    tables = estate()
    for row in tables["agreement"][:2]:
        row["supplier"] = "V1"
    unknown = ask(make(tmp_path / "u", **tables), "MR-10").measure("MR-10")
    assert unknown["light"] == "not_enough_evidence"
    assert any(name.startswith("risk.") for name in unknown["missing"])
    tables["risk"] = [risk(0, state="identified")]
    assert ask(make(tmp_path / "b", **tables), "MR-10").measure("MR-10")["light"] == "red"
    tables["risk"] = [risk(0, state="accepted", accepted_until=date(2026, 12, 1))]
    assert ask(make(tmp_path / "c", **tables), "MR-10").measure("MR-10")["light"] == "green"


def test_mr11_one_component(tmp_path: Path) -> None:
    assert ask(make(tmp_path / "a", **estate()), "MR-11").measure("MR-11")["light"] == "green"
    tables = estate()
    tables["relation"] += [{"parent": f"S{i}", "child": "N3", "kind": "runs_on"} for i in range(2)]
    unknown = ask(make(tmp_path / "u", **tables), "MR-11").measure("MR-11")
    assert unknown["light"] == "not_enough_evidence"
    assert any(name.startswith("risk.") for name in unknown["missing"])
    tables["risk"] = [risk(0, state="identified")]
    bad = ask(make(tmp_path / "b", **tables), "MR-11").measure("MR-11")
    assert (bad["light"], bad["value"]) == ("red", 1.0)
    for row in tables["relation"][-2:]:
        row["redundant"] = True
    assert ask(make(tmp_path / "c", **tables), "MR-11").measure("MR-11")["light"] == "green"


def test_mr03_is_context(tmp_path: Path) -> None:
    at = START + timedelta(days=30)
    tables = estate(
        record=[{"id": "C1", "kind": "change", "state": "closed", "opened_at": at}],
        change=[{"record": "C1", "type": "normal", "start": at, "end": at + timedelta(hours=1)}],
        change_ci=[{"change": "C1", "ci": "N0"}],
    )
    row = ask(make(tmp_path, **tables), "MR-03").measure("MR-03")
    assert row["light"] == "not_applicable"
    assert 0 < row["value"] < 1


def test_mr16_problem_debt(tmp_path: Path) -> None:
    rows: Rows = [
        {"id": "P1", "kind": "problem", "state": "open", "opened_at": START, "service": "S1"}
    ]
    log: Rows = []
    for i in range(60):
        at = START + timedelta(days=6 * i)
        rows.append(
            {"id": f"I{i}", "kind": "incident", "state": "closed", "opened_at": at, "problem": "P1"}
        )
        log.append({"record": f"I{i}", "minutes": 90.0, "started_at": at})
    listed = [{"record": "P1"}]
    row = ask(make(tmp_path / "a", record=rows, problem=listed, worklog=log), "MR-16").measure(
        "MR-16"
    )
    assert row["light"] == "green"
    assert row["value"] == pytest.approx(60 / (365 / 30.4375) * 1.5, rel=0.01)
    for i in range(60, 110):
        rows.append({"id": f"I{i}", "kind": "incident", "state": "closed",
                     "opened_at": AS_OF - timedelta(hours=10 + i), "problem": "P1"})  # fmt: skip
    worse = ask(make(tmp_path / "b", record=rows, problem=listed, worklog=log), "MR-16")
    assert worse.measure("MR-16")["light"] == "amber"


def test_n05_idle_assets(tmp_path: Path) -> None:
    rows = [
        {"id": f"E{i}", "class": "laptop", "state": "in_use", "cost_month": Decimal(40),
         "assigned_to": "P1", "last_used": AS_OF.date() - timedelta(days=3)}
        for i in range(100)
    ]  # fmt: skip
    assert ask(make(tmp_path / "a", asset=rows), "N05").check("N05")["result"] == "clean"
    for row in rows[:20]:
        row["last_used"] = AS_OF.date() - timedelta(days=200)
    result = ask(make(tmp_path / "b", asset=rows), "N05")
    assert "category:laptop" in units(result, "N05")
    assert result.check("N05")["exceptions"] == 20


def licence(**more: Any) -> dict[str, Any]:
    return {
        "id": "L1", "product": "draw", "entitled": 200, "assigned": 190, "used_90d": 185,
        "usage_seen": 200, "unit_price_year": Decimal(300), "renews_on": date(2026, 12, 1),
        "notice_by": date(2026, 8, 15),
    } | more  # fmt: skip


def test_n06_n07_licences(tmp_path: Path) -> None:
    good = ask(make(tmp_path / "a", licence=[licence()]), "N06", "N07")
    assert {good.check(c)["result"] for c in ("N06", "N07")} == {"clean"}
    empty = ask(make(tmp_path / "b", licence=[licence(used_90d=80)]), "N06")
    assert units(empty, "N06") == {"product:draw"}
    detection = empty.check("N06")["detections"][0]
    assert detection["effect"]["money"]["likely"] == f"{(200 - 80 - 4) * 300:.2f}"
    over = ask(make(tmp_path / "c", licence=[licence(assigned=230)]), "N07")
    assert units(over, "N07") == {"product:draw"}
