"""Golden cases of growth: does the money follow the use, and is it invoiced as agreed?"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import ask, make, units

Rows = list[dict[str, Any]]


def month(i: int) -> date:
    """The i-th month from July 2024; the period is the months 12 to 23."""
    return date(2024 + (i + 6) // 12, (i + 6) % 12 + 1, 1)


def cents(x: float) -> Decimal:
    return Decimal(f"{x:.2f}")


def exchange(
    *, billed: bool, growth: float = 0.4, model: str = "tiered", customers: int = 9, leaky: int = 99
) -> dict[str, Rows]:
    """Customers with 1,000 units included and a price of 2 beyond; `billed` invoices the rest."""
    rng = random.Random(7)
    usage, revenue, agreements = [], [], []
    for c in range(customers):
        agreements.append({
            "id": f"A{c}", "kind": "contract", "customer": f"C{c}", "service": "S1",
            "start": date(2024, 1, 1), "price_month": 1000, "included_units": 1000.0,
            "overage_price": 2, "supplier": None,
        })  # fmt: skip
        own = growth * rng.uniform(0.5, 1.5)
        for i in range(24):
            units = 1000 * (1 + own * (i >= 12)) * rng.uniform(0.97, 1.03) + 20
            due = 1000 + 2 * max(0.0, units - 1000)
            pays = billed or c >= leaky
            usage.append({"service": "S1", "customer": f"C{c}", "month": month(i), "units": units})
            revenue.append({"service": "S1", "customer": f"C{c}", "month": month(i),
                            "amount": cents(due if pays else 1000), "kind": "invoice"})  # fmt: skip
    service = [{"id": "S1", "name": "Exchange", "state": "live", "revenue_model": model}]
    return {"usage": usage, "revenue": revenue, "agreement": agreements, "service": service}


def test_mg03_revenue_that_does_not_follow(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **exchange(billed=False)), "MG-03", "MG-04", "G01")
    row = result.measure("MG-03")
    assert row["light"] == "red", row
    assert row["by"][0]["unit"] == {"kind": "service", "id": "S1"}
    assert row["by"][0]["light"] == "red"
    follows = ask(make(tmp_path / "b", **exchange(billed=True)), "MG-03").measure("MG-03")
    assert follows["light"] == "green", follows
    assert follows["low"] > 0.8


def test_mg03_is_red_only_while_use_grows(tmp_path: Path) -> None:
    row = ask(make(tmp_path, **exchange(billed=False, growth=-0.3)), "MG-03").measure("MG-03")
    assert row["value"] < 0.5
    assert row["light"] == "amber"
    assert row["by"][0]["light"] == "amber"


def test_mg03_flat_fee_and_few_customers(tmp_path: Path) -> None:
    flat = ask(make(tmp_path / "a", **exchange(billed=False, model="flat")), "MG-03")
    assert flat.measure("MG-03")["light"] == "not_applicable"
    few = ask(make(tmp_path / "b", **exchange(billed=False, customers=4)), "MG-03")
    assert few.measure("MG-03")["light"] == "not_enough_evidence"
    none = {k: v for k, v in exchange(billed=True).items() if k != "usage"}
    bare = ask(make(tmp_path / "c", **none), "MG-03", "MG-04", "G01")
    assert bare.measure("MG-03")["missing"] == ["usage.customer", "usage.units"]
    assert bare.check("G01")["result"] == "not_enough_evidence"


def test_g01_names_the_contracts_that_leak(tmp_path: Path) -> None:
    tables = exchange(billed=False, leaky=3)
    result = ask(make(tmp_path / "a", **tables), "G01", "MG-04")
    found = {u for u in units(result, "G01") if not u.startswith("service")}
    assert found == {f"{kind}:{letter}{i}" for i in range(3)
                     for kind, letter in (("agreement", "A"), ("customer", "C"))}  # fmt: skip
    due = sum(max(0.0, 2 * (u["units"] - 1000)) for u in tables["usage"]
              if u["month"] >= month(12) and u["customer"] in ("C0", "C1", "C2"))  # fmt: skip
    row = result.measure("MG-04")
    assert row["light"] == "red"
    assert abs(result.beside["MG-04"]["leakage"] - due) < 1
    one = next(d for d in result.check("G01")["detections"] if d["unit"]["id"] == "A0")
    tables_named = {e["table"] for e in one["evidence"]}
    assert tables_named == {"agreement", "usage"}
    assert one["evidence_total"] == 13
    gain = result.data["findings"][0]["gain"]["likely"]
    assert abs(float(gain) - due) < 1


def test_g01_billed_use_is_clean(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **exchange(billed=True)), "G01", "MG-04")
    assert result.check("G01")["result"] == "clean"
    assert result.measure("MG-04")["light"] == "green"


def test_credits_disputes_tiers_and_late_invoices_are_no_leak(tmp_path: Path) -> None:
    tables = exchange(billed=True)
    for row in tables["revenue"][::5]:
        row["kind"] = "disputed"
    tables["revenue"].append({"service": "S1", "customer": "C1", "month": month(20),
                              "amount": -400, "kind": "credit"})  # fmt: skip
    result = ask(make(tmp_path / "a", **tables), "G01", "MG-04")
    assert result.check("G01")["result"] == "clean"
    assert result.measure("MG-04")["light"] == "green"
    late = exchange(billed=True)
    extra = {}
    for row, used in zip(late["revenue"], late["usage"], strict=True):
        rest = row["amount"] - 1000
        row["amount"] = 1000 + extra.get(used["customer"], Decimal(0))
        extra[used["customer"]] = rest
    result = ask(make(tmp_path / "b", **late), "G01", "MG-04")
    assert result.check("G01")["result"] == "clean"
    assert result.measure("MG-04")["light"] != "red"


def test_steps_of_price_are_rated_in_turn(tmp_path: Path) -> None:
    tables = exchange(billed=False, customers=1)
    tables["agreement"][0] |= {"overage_price": None}
    steps = [{"agreement": "A0", "from_units": 1000.0, "unit_price": 2},
             {"agreement": "A0", "from_units": 1200.0, "unit_price": 1}]  # fmt: skip
    for row in tables["usage"]:
        row["units"] = 1500.0
    result = ask(make(tmp_path, agreement_tier=steps, **tables), "MG-04")
    assert abs(result.beside["MG-04"]["leakage"] - 12 * (200 * 2 + 300)) < 0.01


def lost(n: int, value: int) -> Rows:
    return [{"service": f"S{i % 2}", "month": month(12 + i % 12), "count": n,
             "reason": "no offer" if i % 3 else "full", "average_value": value}
            for i in range(24)]  # fmt: skip


def test_g05_people_turned_away(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", lost_demand=lost(10, 400)), "G05", "MG-16")
    assert {"service:S0", "service:S1"} <= units(result, "G05")
    row = result.measure("MG-16")
    assert row["light"] == "not_applicable"
    assert abs(row["value"] - 8000) < 1
    assert {(u["unit"]["id"], u["light"]) for u in row["by"]} == {
        ("S0", "not_applicable"), ("S1", "not_applicable"),
    }  # fmt: skip
    assert row["low"] < row["value"] < row["high"]
    ok = ask(make(tmp_path / "b", lost_demand=lost(10, 1)), "G05")
    assert ok.check("G05")["result"] == "clean"
    few = ask(make(tmp_path / "c", lost_demand=lost(1, 4000)[:20]), "G05")
    assert few.check("G05")["result"] == "not_enough_evidence"


def test_the_edge_of_the_records_is_no_leak(tmp_path: Path) -> None:
    tables = exchange(billed=True)
    for name in ("revenue", "usage"):
        tables[name] = [r for r in tables[name] if r["month"] >= month(20)]
    tables["revenue"] = [r for r in tables["revenue"] if r["month"] < month(23)]
    result = ask(make(tmp_path, **tables), "G01", "MG-04", "MG-01")
    assert result.check("G01")["result"] == "clean"
    assert result.measure("MG-04")["light"] == "green"
    assert result.measure("MG-01")["light"] == "not_enough_evidence"


def test_a_month_that_nobody_was_billed_is_a_leak(tmp_path: Path) -> None:
    tables = exchange(billed=True)
    gone = [r for r in tables["revenue"] if r["month"] == month(18)]
    tables["revenue"] = [r for r in tables["revenue"] if r["month"] != month(18)]
    result = ask(make(tmp_path, **tables), "MG-04")
    lost = sum(float(r["amount"]) for r in gone)
    assert abs(result.beside["MG-04"]["leakage"] - lost) < 0.1
    year = sum(float(r["amount"]) for r in tables["revenue"] if r["month"] >= month(12))
    by = {u["unit"]["kind"]: u for u in result.measure("MG-04")["by"]}
    assert abs(by["service"]["value"] - lost / year) < 1e-4
