"""Golden cases of the counted registers: owners, recovery, contracts, suppliers, budgets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import AS_OF, ask, make, units
from trueup.audit.result import AuditResult

TODAY = AS_OF.date()
Rows = list[dict[str, Any]]


def named(result: AuditResult, id: str) -> set[str]:
    return {e["id"] for d in result.check(id)["detections"] for e in d["evidence"]}


def service(i: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"S{i}", "name": f"Service {i}", "state": "live", "owner": "P1", "rto_h": 8.0,
            "catalogue_entry": True, "cost_centre": "C1", "criticality": 2}  # fmt: skip
    return base | more


def test_t01_names_the_service_without_an_owner(tmp_path: Path) -> None:
    rows = [service(0, owner=None), service(1), service(2, state="retired", owner=None)]
    result = ask(make(tmp_path / "a", service=rows), "T01")
    assert units(result, "T01") == {"service:S0"}
    assert named(result, "T01") == {"S0"}
    fine = ask(make(tmp_path / "b", service=[service(0), service(1)]), "T01")
    assert fine.check("T01")["result"] == "clean"
    bare = [{"id": "S0", "name": "x", "state": "live"}]
    grey = ask(make(tmp_path / "c", service=bare), "T01").check("T01")
    assert grey["result"] == "not_enough_evidence"
    assert "service.owner" in grey["missing"]


def recovery(service: str, days: int, ok: bool = True, hours: float = 4.0) -> dict[str, Any]:
    return {"service": service, "at": TODAY - timedelta(days=days), "ok": ok, "achieved_h": hours}


def test_v04_untested_and_too_slow(tmp_path: Path) -> None:
    rows = [service(0), service(1), service(2), service(3, criticality=4)]
    tests = [recovery("S0", 30), recovery("S1", 500), recovery("S2", 20, hours=12.0)]
    result = ask(make(tmp_path / "a", service=rows, recovery_test=tests), "V04")
    assert units(result, "V04") == {"service:S1", "service:S2"}
    assert {d["branch"] for d in result.check("V04")["detections"]} == {"untested", "too slow"}
    fine = [recovery(f"S{i}", 30) for i in range(3)]
    ok = ask(make(tmp_path / "b", service=rows, recovery_test=fine), "V04")
    assert ok.check("V04")["result"] == "clean"


def test_v05_chain_through_an_item(tmp_path: Path) -> None:
    rows = [service(0, rto_h=2.0), service(1, rto_h=8.0), service(2, rto_h=1.0)]
    links = [
        {"parent": "S0", "child": "CI1", "kind": "runs_on"},
        {"parent": "CI1", "child": "S1", "kind": "depends_on"},
        {"parent": "S1", "child": "S2", "kind": "depends_on"},
    ]
    result = ask(make(tmp_path / "a", service=rows, relation=links), "V05")
    assert units(result, "V05") == {"service:S0", "pair:S0|S1"}
    twice = [links[0] | {"redundant": True}, *links[1:]]
    ok = ask(make(tmp_path / "b", service=rows, relation=twice), "V05")
    assert ok.check("V05")["result"] == "clean"
    old = [links[0] | {"valid_to": date(2025, 1, 1)}, *links[1:]]
    ok = ask(make(tmp_path / "c", service=rows, relation=old), "V05")
    assert ok.check("V05")["result"] == "clean"


def contract(i: int, notice: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"A{i}", "kind": "contract", "supplier": "SUP", "auto_renew": True,
            "price_month": 1000, "notice_by": TODAY + timedelta(days=notice)}  # fmt: skip
    return base | more


def test_u01_open_and_lost_renewals(tmp_path: Path) -> None:
    decided = {"renewal_decided_on": TODAY - timedelta(days=40)}
    rows = [contract(0, 20), contract(1, -30), contract(2, 200), contract(3, 10, **decided),
            contract(4, 10, supplier=None, customer="C1"), contract(5, -900)]  # fmt: skip
    result = ask(make(tmp_path / "a", agreement=rows), "U01", "MB-14")
    assert units(result, "U01") == {f"agreement:A{i}" for i in (0, 1, 4, 5)}
    theirs = next(d for d in result.check("U01")["detections"] if d["unit"]["id"] == "A4")
    assert theirs["effect"]["money"]["likely"] is None
    assert next(d for d in result.check("U01")["detections"]
                if d["unit"]["id"] == "A5")["branch"] == "lost"  # fmt: skip
    first = next(d for d in result.check("U01")["detections"] if d["unit"]["id"] == "A0")
    assert first["branch"] == "open"
    assert first["effect"]["money"]["likely"] == "12000.00"
    plan = next(a for a in result.data["actions_plan"])
    assert plan["deadline"] == (TODAY + timedelta(days=10)).isoformat()
    ok = ask(make(tmp_path / "b", agreement=[contract(2, 200), contract(3, 10, **decided)]), "U01")
    assert ok.check("U01")["result"] == "clean"
    none = [contract(0, 10, auto_renew=False)]
    grey = ask(make(tmp_path / "c", agreement=none), "U01")
    assert grey.check("U01")["result"] == "not_applicable"


def breach(i: int, days: int, claimed: int | None) -> dict[str, Any]:
    at = AS_OF - timedelta(days=days)
    return {"id": f"B{i}", "supplier": f"SUP{i % 2}", "service": "S0", "metric": "availability",
            "value": 99.0, "unit": "percent", "breached_at": at,
            "claimed_at": None if claimed is None else at + timedelta(days=claimed)}  # fmt: skip


def test_u02_breaches_that_were_not_claimed(tmp_path: Path) -> None:
    rows = [breach(0, 100, 10), breach(1, 100, None), breach(2, 10, None), breach(3, 90, 50)]
    result = ask(make(tmp_path / "a", underpinning=rows), "U02")
    assert result.check("U02")["exceptions"] == 2
    assert units(result, "U02") == {"supplier:SUP1"}
    assert named(result, "U02") == {"B1", "B3"}
    ok = ask(make(tmp_path / "b", underpinning=[breach(0, 100, 10)]), "U02")
    assert ok.check("U02")["result"] == "clean"


def test_u03_critical_supplier_without_care(tmp_path: Path) -> None:
    good = {"id": "X0", "name": "a", "critical": True, "contact": "n", "evaluated_on": TODAY,
            "contract_until": date(2027, 1, 1)}  # fmt: skip
    rows = [good, good | {"id": "X1", "contract_until": date(2026, 1, 1)},
            good | {"id": "X2", "evaluated_on": date(2025, 1, 1)},
            good | {"id": "X3", "critical": False, "contact": None}]  # fmt: skip
    result = ask(make(tmp_path / "a", supplier=rows), "U03")
    assert units(result, "U03") == {"supplier:X1", "supplier:X2"}
    assert ask(make(tmp_path / "b", supplier=[good]), "U03").check("U03")["result"] == "clean"


def budget(line: str, month: int, **more: Any) -> dict[str, Any]:
    base = {"line": line, "month": date(2026, month, 1), "amount": 1000, "owner": "P1",
            "approved_by": "P2", "approved_at": AS_OF - timedelta(days=200)}  # fmt: skip
    return base | more


def test_f03_budget_nobody_approved(tmp_path: Path) -> None:
    later = datetime(2026, 2, 1, tzinfo=AS_OF.tzinfo)
    rows = [budget("L1", 1), budget("L2", 1, approved_by=None), budget("L3", 2, changed_at=later)]
    result = ask(make(tmp_path / "a", budget=rows), "F03")
    assert units(result, "F03") == {"line:L2", "line:L3"}
    ok = ask(make(tmp_path / "b", budget=[budget("L1", 1)]), "F03")
    assert ok.check("F03")["result"] == "clean"


def investment(i: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"I{i}", "service": f"S{i}", "decided_on": date(2024, 1, 1), "capex": 50000,
            "go_live": date(2025, 7, 1), "benefit_low": 20000, "benefit_mode": 24000,
            "benefit_high": 30000, "review_due": date(2026, 1, 1),
            "reviewed_on": date(2026, 1, 5)}  # fmt: skip
    return base | more


def benefits(i: int, monthly: int) -> Rows:
    months = [date(2025, m, 1) for m in range(7, 13)] + [date(2026, m, 1) for m in range(1, 7)]
    return [{"investment": f"I{i}", "month": m, "amount": monthly, "evidence": "B"} for m in months]


def test_g03_is_judged_from_the_first_whole_month(tmp_path: Path) -> None:
    fresh = {"decided_on": TODAY - timedelta(days=80), "review_due": TODAY + timedelta(days=300)}
    for days, expected in ((20, set()), (45, {"service:S0"})):
        rows = [investment(i) for i in range(6)]
        rows[0] |= fresh | {"go_live": TODAY - timedelta(days=days)}
        paid = [b for i in range(1, 6) for b in benefits(i, 2000)]
        result = ask(make(tmp_path / str(days), investment=rows, benefit=paid), "G03")
        assert units(result, "G03") == expected
        rows[0]["cancelled"] = True
        gone = ask(make(tmp_path / f"c{days}", investment=rows, benefit=paid), "G03")
        assert units(gone, "G03") == set()


def test_g03_and_mg11_benefits_that_did_not_come(tmp_path: Path) -> None:
    rows = [investment(i) for i in range(6)]
    rows[1]["reviewed_on"] = None
    paid = [b for i in range(6) for b in benefits(i, 400 if i == 2 else 2000)]
    result = ask(make(tmp_path / "a", investment=rows, benefit=paid), "G03", "MG-11")
    assert units(result, "G03") == {"service:S1", "service:S2"}
    branches = {d["unit"]["id"]: d["branch"] for d in result.check("G03")["detections"]}
    assert branches == {"S1": "not reviewed", "S2": "benefit missing"}
    sizes = {d["unit"]["id"]: d["value"] for d in result.check("G03")["detections"]}
    assert sizes["S1"] == 1.0
    assert 0.15 < sizes["S2"] < 0.25
    row = result.measure("MG-11")
    assert row["light"] == "green" or row["value"] > 0.8
    low = {u["unit"]["id"]: u["light"] for u in row["by"] if u["unit"]["kind"] == "service"}
    assert low["S2"] == "red"
    assert low["S0"] == "green"
    rows = [investment(i) for i in range(6)]
    poor = [b for i in range(6) for b in benefits(i, 300)]
    red = ask(make(tmp_path / "b", investment=rows, benefit=poor), "MG-11").measure("MG-11")
    assert red["light"] == "red"
    few = ask(make(tmp_path / "c", investment=rows[:2], benefit=benefits(0, 2000)), "MG-11")
    assert few.measure("MG-11")["light"] == "not_enough_evidence"
    clean = ask(make(tmp_path / "d", investment=rows, benefit=[
        b for i in range(6) for b in benefits(i, 2000)]), "G03", "MG-11")  # fmt: skip
    assert clean.check("G03")["result"] == "clean"
    assert clean.measure("MG-11")["light"] == "green"
