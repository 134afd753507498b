"""Golden cases of margin, room to grow, idle capacity, and services that overlap or sleep."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import START, ask, make, units

Rows = list[dict[str, Any]]


def month(i: int) -> date:
    """The i-th month from July 2024; the period is the months 12 to 23."""
    return date(2024 + (i + 6) // 12, (i + 6) % 12 + 1, 1)


def cents(x: float) -> Decimal:
    return Decimal(f"{x:.2f}")


def shop(*, loss: float = 0.5, homeless: float = 0.0) -> dict[str, Rows]:
    """Three services with six customers each; S1's variable cost is `loss` of its revenue."""
    rng = random.Random(3)
    revenue, cost, usage = [], [], []
    for i in range(12, 24):
        for s in range(3):
            for c in range(6):
                key = {"service": f"S{s}", "customer": f"C{c}", "month": month(i)}
                revenue.append(
                    key | {"kind": "invoice", "amount": cents(1000 * rng.uniform(0.9, 1.1))}
                )
                usage.append(key | {"units": 100.0 * rng.uniform(0.9, 1.1)})
            share = loss if s == 1 else 0.5
            cost.append({"id": f"K{i}{s}", "service": f"S{s}", "month": month(i), "line": "L",
                         "amount": cents(6000 * share), "behaviour": "variable"})  # fmt: skip
            cost.append({"id": f"F{i}{s}", "month": month(i), "line": "L", "behaviour": "fixed",
                         "service": None if rng.random() < homeless else f"S{s}",
                         "amount": 4000})  # fmt: skip
    return {"revenue": revenue, "cost": cost, "usage": usage}


def test_g02_a_service_that_loses_on_every_sale(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **shop(loss=1.3)), "G02", "MG-06")
    assert units(result, "G02") == {"service:S1"}
    row = result.check("G02")["detections"][0]
    assert -0.4 < row["low"] <= row["value"] <= row["high"] < 0
    assert abs(float(row["effect"]["money"]["likely"]) - 6000 * 0.3 * 12) < 1500
    by = {u["unit"]["id"]: u["light"] for u in result.measure("MG-06")["by"]}
    assert by["S1"] == "red"
    assert by["S0"] == "green"
    assert result.measure("MG-06")["light"] == "green"
    declared = [{"id": "S1", "name": "x", "state": "live", "loss_leader_until": date(2027, 1, 1)}]
    ok = ask(make(tmp_path / "b", service=declared, **shop(loss=1.3)), "G02", "MG-06")
    assert ok.check("G02")["result"] == "clean"
    clean = ask(make(tmp_path / "c", **shop()), "G02", "MG-06")
    assert clean.check("G02")["result"] == "clean"
    assert clean.measure("MG-06")["light"] == "green"


def test_mg06_needs_cost_with_a_home(tmp_path: Path) -> None:
    row = ask(make(tmp_path / "a", **shop(homeless=0.6)), "MG-06", "G02")
    assert row.measure("MG-06")["light"] == "not_enough_evidence"
    assert row.check("G02")["result"] == "not_enough_evidence"
    tables = shop()
    for c in tables["cost"]:
        c.pop("behaviour")
    bare = ask(make(tmp_path / "b", **tables), "MG-06").measure("MG-06")
    assert bare["missing"] == ["cost.behaviour"]


def load(growth: float, *, service: str = "S1", months: int = 24, size: float = 1000) -> Rows:
    rng = random.Random(5)
    return [
        {"service": service, "month": month(24 - months + i), "max_units": size,
         "target_utilisation": 0.8,
         "p95_units": 400 + growth * i + rng.gauss(0, 8)}
        for i in range(months)
    ]  # fmt: skip


SERVICES = [
    {"id": f"S{i}", "name": "x", "state": "live", "lead_time_months": 3.0} for i in range(3)
]


def test_v01_a_wall_within_the_order_time(tmp_path: Path) -> None:
    rows = load(16.0) + load(0.0, service="S0")
    result = ask(make(tmp_path / "a", capacity=rows, service=SERVICES), "V01", "MG-08")
    assert units(result, "V01") == {"service:S1"}
    row = result.check("V01")["detections"][0]
    assert row["value"] <= 3
    assert result.data["actions_plan"][0]["deadline"] is not None
    by = {u["unit"]["id"]: u["light"] for u in result.measure("MG-08")["by"]}
    assert by == {"S0": "green", "S1": "red"}
    assert result.measure("MG-08")["light"] == "red"
    ok = ask(make(tmp_path / "b", capacity=load(2.0), service=SERVICES), "V01", "MG-08")
    assert ok.check("V01")["result"] == "clean"
    assert ok.measure("MG-08")["light"] == "green"


def test_v01_few_months_and_stand_by(tmp_path: Path) -> None:
    few = ask(make(tmp_path / "a", capacity=load(30.0, months=8), service=SERVICES), "V01", "MG-08")
    assert few.check("V01")["result"] == "not_enough_evidence"
    assert few.measure("MG-08")["light"] == "not_enough_evidence"
    rows = [r | {"standby": True} for r in load(16.0)]
    spare = ask(make(tmp_path / "b", capacity=rows, service=SERVICES), "V01", "MG-08")
    assert spare.check("V01")["result"] == "not_applicable"


def test_v01_names_services_and_items_no_teams(tmp_path: Path) -> None:
    """The rule's units are service and ci; a team that runs full stands in MG-08."""
    team = [r | {"service": None, "team": "T1"} for r in load(16.0)]
    rows = load(2.0, service="S0") + team
    result = ask(make(tmp_path / "a", capacity=rows, service=SERVICES), "V01", "MG-08")
    assert result.check("V01")["result"] == "clean"
    assert {u["unit"]["kind"] for u in result.measure("MG-08")["by"]} >= {"service"}
    alone = ask(make(tmp_path / "b", capacity=team, service=SERVICES), "V01")
    assert alone.check("V01")["result"] == "not_applicable"


def hosting(monthly: int = 5000) -> Rows:
    return [{"id": f"K{i}{s}", "service": s, "month": month(i), "amount": monthly, "pool": "cloud"}
            for i in range(24) for s in ("S0", "S1")]  # fmt: skip


def test_v02_capacity_nobody_needs(tmp_path: Path) -> None:
    rows = load(0.0, size=2500) + load(8.0, service="S0", size=900)
    result = ask(make(tmp_path / "a", capacity=rows, cost=hosting()), "V02", "MG-09")
    assert units(result, "V02") == {"service:S1"}
    money = float(result.check("V02")["detections"][0]["effect"]["money"]["likely"])
    assert 0.7 * 60_000 < money < 0.85 * 60_000
    assert result.measure("MG-09")["light"] == "red"
    busy = load(0.0, size=560) + load(8.0, service="S0", size=900)
    ok = ask(make(tmp_path / "b", capacity=busy, cost=hosting()), "V02", "MG-09")
    assert ok.check("V02")["result"] == "clean"
    peak = load(0.0, size=2500)
    peak[16]["p95_units"] = 1900.0
    ok = ask(make(tmp_path / "c", capacity=peak, cost=hosting()), "V02")
    assert ok.check("V02")["result"] == "clean"
    held = [r | {"contractual_minimum": 2000.0} for r in load(0.0, size=2500)]
    ok = ask(make(tmp_path / "d", capacity=held, cost=hosting()), "V02")
    assert ok.check("V02")["result"] == "clean"


def used(asleep: bool) -> Rows:
    return [{"service": s, "month": month(i),
             "units": 2.0 if asleep and s == "S1" and i >= 20 else 500.0}
            for i in range(24) for s in ("S0", "S1")]  # fmt: skip


def test_t02_a_service_that_sleeps(tmp_path: Path) -> None:
    result = ask(
        make(tmp_path / "a", service=SERVICES, usage=used(True), cost=hosting()), "T02", "MB-10"
    )
    assert units(result, "T02") == {"service:S1"}
    assert result.check("T02")["detections"][0]["effect"]["money"]["likely"] == "60000.00"
    assert result.measure("MB-10")["value"] == 60_000
    assert result.measure("MB-10")["light"] == "red"
    ok = ask(
        make(tmp_path / "b", service=SERVICES, usage=used(False), cost=hosting()), "T02", "MB-10"
    )
    assert ok.check("T02")["result"] == "clean"
    assert ok.measure("MB-10")["light"] == "green"
    yearly = [s | {"annual_job": True} for s in SERVICES]
    ok = ask(make(tmp_path / "c", service=yearly, usage=used(True), cost=hosting()), "T02")
    assert ok.check("T02")["result"] == "not_applicable"


def people(shared: int, own: int) -> Rows:
    rows = []
    for s in range(2):
        for u in range(shared + own):
            who = f"U{u}" if u < shared else f"U{s}{u}"
            rows.append({"id": f"R{s}{u}", "kind": "incident", "state": "closed",
                         "service": f"S{s}", "opened_at": START, "requester": who})  # fmt: skip
    return rows


def test_t03_twin_services(tmp_path: Path) -> None:
    twins = [s | {"function_tag": "wiki"} for s in SERVICES[:2]]
    tables = {"usage": used(False), "cost": hosting()}
    result = ask(
        make(tmp_path / "a", service=twins, record=people(40, 10), **tables), "T03", "MB-10"
    )
    assert units(result, "T03") == {"pair:S0|S1"}
    row = result.check("T03")["detections"][0]
    assert row["evidence_grade"] == "C"
    assert {e["id"] for e in row["evidence"]} == {"S0", "S1"}
    assert result.measure("MB-10")["value"] == 60_000
    ok = ask(make(tmp_path / "b", service=twins, record=people(5, 40), **tables), "T03")
    assert ok.check("T03")["result"] == "clean"
    few = ask(make(tmp_path / "c", service=twins, record=people(8, 2), **tables), "T03")
    assert few.check("T03")["result"] == "not_enough_evidence"
    other = [s | {"function_tag": s["id"]} for s in SERVICES[:2]]
    none = ask(make(tmp_path / "d", service=other, record=people(40, 10), **tables), "T03")
    assert none.check("T03")["result"] == "not_applicable"


def test_t03_use_by_person_goes_before_requests_where_both_have_it(tmp_path: Path) -> None:
    twins = [s | {"function_tag": "wiki"} for s in SERVICES[:2]]
    tables = {"usage": used(False), "cost": hosting(), "service": twins}
    apart = [{"service": s, "person": f"{s}-{i}", "month": month(22), "units": 3.0}
             for s in ("S0", "S1") for i in range(30)]  # fmt: skip
    own = ask(make(tmp_path / "a", record=people(40, 10), person_usage=apart, **tables), "T03")
    assert own.check("T03")["result"] == "clean"
    one = ask(make(tmp_path / "b", record=people(40, 10), person_usage=apart[:30], **tables), "T03")
    assert units(one, "T03") == {"pair:S0|S1"}
    assert one.check("T03")["detections"][0]["value"] == round(40 / 60, 6)
