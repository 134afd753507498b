"""Golden cases of growth, unit cost, returns, exposure, and of all avoidable spend together."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import AS_OF, START, ask, make, units

Rows = list[dict[str, Any]]
LAST = 47


def month(i: int) -> date:
    """The i-th of 48 months; the last is June 2026."""
    return date(2022 + (i + 6) // 12, (i + 6) % 12 + 1, 1)


def cents(x: float) -> Decimal:
    return Decimal(f"{x:.2f}")


def trade(
    *, revenue: float = 1.0, cost: float = 1.0, use: float = 1.0, months: int = 48, seed: int = 2
) -> dict[str, Rows]:
    """Two services, three customers; the factors apply to the last twelve months."""
    rng = random.Random(seed)
    out: dict[str, Rows] = {"revenue": [], "usage": [], "cost": []}
    for i in range(48 - months, 48):
        late = i > LAST - 12
        for s in range(2):
            total = 0.0
            for c in range(3):
                key = {"service": f"S{s}", "customer": f"C{c}", "month": month(i)}
                units = 1000 * rng.uniform(0.95, 1.05) * (use if late else 1.0)
                total += units
                paid = units / (use if late else 1.0) * 2 * (revenue if late else 1.0)
                out["usage"].append(key | {"units": units, "active_users": 8, "entitled_users": 10})
                out["revenue"].append(key | {"amount": cents(paid), "kind": "invoice"})
            spent = total / (use if late else 1.0) * (cost if late else 1.0)
            out["cost"].append({"id": f"K{i}{s}", "service": f"S{s}", "month": month(i),
                                "amount": cents(spent)})  # fmt: skip
    return out


def test_mg01_growth_as_a_bridge(tmp_path: Path) -> None:
    grown = ask(make(tmp_path / "a", **trade(revenue=1.2, use=1.1)), "MG-01", "MG-02")
    row = grown.measure("MG-01")
    assert row["light"] == "green"
    assert row["low"] < 0.2 < row["high"]
    parts = grown.beside["MG-01"]
    split = sum(parts[n] for n in ("price", "volume", "mix", "new", "lost", "not split"))
    assert abs(split - parts["change"]) < 1
    assert parts["price"] > 0
    assert grown.measure("MG-02")["light"] == "not_applicable"
    assert abs(grown.measure("MG-02")["value"] - 0.1) < 0.02
    shrunk = ask(make(tmp_path / "b", **trade(revenue=0.7)), "MG-01").measure("MG-01")
    assert shrunk["light"] == "red"
    assert {u["light"] for u in shrunk["by"]} == {"red"}
    short = ask(make(tmp_path / "c", **trade(months=12)), "MG-01", "MG-02")
    assert short.measure("MG-01")["light"] == "not_enough_evidence"


def test_one_off_and_internal_money_stay_apart(tmp_path: Path) -> None:
    tables = trade()
    key = {"service": "S0", "customer": "C0", "month": month(LAST)}
    tables["revenue"].append(key | {"amount": 900_000, "kind": "invoice", "one_off": True})
    tables["revenue"].append(key | {"amount": 900_000, "kind": "imputed"})
    row = ask(make(tmp_path, **tables), "MG-01").measure("MG-01")
    assert abs(row["value"]) < 0.05


def test_mg05_unit_cost(tmp_path: Path) -> None:
    dear = ask(make(tmp_path / "a", **trade(cost=1.3)), "MG-05").measure("MG-05")
    assert dear["light"] == "red"
    assert dear["low"] <= 0.3 <= dear["high"]
    cheap = ask(make(tmp_path / "b", **trade(cost=0.9)), "MG-05").measure("MG-05")
    assert cheap["light"] == "green"
    busy = ask(make(tmp_path / "c", **trade(cost=1.3, use=1.4)), "MG-05").measure("MG-05")
    assert busy["light"] == "green"
    short = ask(make(tmp_path / "d", **trade(months=12)), "MG-05").measure("MG-05")
    assert short["light"] == "not_enough_evidence"


def test_mg07_one_more_unit(tmp_path: Path) -> None:
    row = ask(make(tmp_path / "a", **trade()), "MG-07")
    assert row.measure("MG-07")["light"] == "green"
    assert abs(row.measure("MG-07")["value"] - 1.0) < 0.05
    dear = trade()
    for cost in dear["cost"]:
        cost["amount"] = 3 * cost["amount"]
    loses = ask(make(tmp_path / "c", **dear), "MG-07").measure("MG-07")
    assert loses["light"] == "red"
    assert {u["light"] for u in loses["by"]} == {"red"}
    short = ask(make(tmp_path / "b", **trade(months=18)), "MG-07").measure("MG-07")
    assert short["light"] == "not_enough_evidence"


def test_mg12_growth_that_was_bought(tmp_path: Path) -> None:
    """Spending rose by 24,000 in the year before the last; revenue by 2,880 in the last."""
    tables = trade(revenue=1.02)
    for row in tables["cost"]:
        i = 12 * (row["month"].year - 2022) + row["month"].month - 7
        row["amount"] = cents(float(row["amount"]) + (1000 if 24 <= i < 36 else 0))
    invest = [{"id": "I", "service": "S0", "decided_on": month(30), "capex": 1000}]
    result = ask(make(tmp_path / "a", investment=invest, **tables), "MG-12").measure("MG-12")
    assert result["light"] in ("red", "amber")
    assert result["value"] < 0.3
    tables = trade(revenue=1.4)
    for i, row in enumerate(tables["cost"]):
        row["amount"] += 300 if 48 <= i < 72 else 0
    pays = ask(make(tmp_path / "c", investment=invest, **tables), "MG-12").measure("MG-12")
    assert pays["light"] == "green", pays
    old = [*invest, invest[0] | {"id": "J", "decided_on": date(2019, 1, 1)},
           invest[0] | {"id": "K", "decided_on": date(2022, 8, 1)}]  # fmt: skip
    short = ask(make(tmp_path / "b", investment=old, **trade(months=24)), "MG-12").measure("MG-12")
    assert short["light"] == "not_enough_evidence"
    assert short["n"] == 8


def investment(i: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"I{i}", "service": f"S{i}", "decided_on": date(2024, 7, 1), "capex": 30_000,
            "go_live": date(2025, 1, 1), "benefit_low": 20_000, "benefit_mode": 24_000,
            "benefit_high": 28_000, "opex_change_month": 100}  # fmt: skip
    return base | more


def brought(i: int, monthly: int) -> Rows:
    return [{"investment": f"I{i}", "month": month(LAST - m), "amount": monthly, "evidence": "A"}
            for m in range(18)]  # fmt: skip


def test_mg10_what_comes_back(tmp_path: Path) -> None:
    rows = [investment(0), investment(1, capex=400_000)]
    paid = brought(0, 2000) + brought(1, 2000)
    result = ask(make(tmp_path / "a", investment=rows, benefit=paid), "MG-10")
    by = {u["unit"]["id"]: u["light"] for u in result.measure("MG-10")["by"]}
    assert by["S0"] == "green"
    assert by["S1"] == "red"
    assert by["I1"] == "red"
    assert result.beside["MG-10"]["evidenced"] == 72_000
    young = [investment(0, go_live=date(2026, 3, 1))]
    grey = ask(make(tmp_path / "b", investment=young, benefit=brought(0, 2000)), "MG-10")
    assert grey.measure("MG-10")["light"] == "not_enough_evidence"


SERVICES = [{"id": f"S{i}", "name": "x", "state": "live"} for i in range(3)]


def risk(i: int, loss: int) -> dict[str, Any]:
    return {"id": f"X{i}", "service": f"S{i}", "state": "assessed", "per_year_low": 2.0,
            "per_year_mode": 4.0, "per_year_high": 7.0, "loss_low": loss // 2, "loss_mode": loss,
            "loss_high": loss * 2}  # fmt: skip


def fix(i: int, capex: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"F{i}", "service": f"S{i}", "decided_on": date(2025, 1, 1), "capex": capex,
            "benefit_kind": "risk"}  # fmt: skip
    return base | more


def test_g04_where_not_investing_is_dearer(tmp_path: Path) -> None:
    tables = {"service": SERVICES, "risk": [risk(0, 30_000), risk(1, 2000)],
              "investment": [fix(0, 15_000), fix(1, 15_000)]}  # fmt: skip
    result = ask(make(tmp_path / "a", **tables), "G04", "MG-13")
    assert units(result, "G04") == {"service:S0"}
    row = result.check("G04")["detections"][0]
    assert row["evidence_grade"] == "C"
    assert float(row["effect"]["risk_p90"]) > 100_000
    assert {e["table"] for e in row["evidence"]} == {"service", "investment", "risk"}
    by = {u["unit"]["id"]: u["light"] for u in result.measure("MG-13")["by"]}
    assert by == {"S0": "red", "S1": "green"}
    live = tables | {"investment": [fix(0, 15_000, go_live=date(2026, 1, 1)), fix(1, 15_000)]}
    ok = ask(make(tmp_path / "b", **live), "G04", "MG-13")
    assert ok.check("G04")["result"] == "clean"
    none = ask(make(tmp_path / "c", service=SERVICES, risk=[risk(0, 30_000)]), "G04", "MG-13")
    assert none.measure("MG-13")["light"] == "not_enough_evidence"
    assert none.beside["MG-13"]["P50"] > 50_000
    bare = [{"id": "X", "service": "S0", "state": "assessed"}]
    grey = ask(make(tmp_path / "d", service=SERVICES, risk=bare, investment=[fix(0, 1)]), "G04")
    assert grey.check("G04")["result"] == "not_enough_evidence"


def test_mg13_from_own_losses(tmp_path: Path) -> None:
    rng = random.Random(4)
    bare = [{"id": "X0", "service": "S0", "state": "assessed"}]
    events = [{"risk": "X0", "at": START + timedelta(days=14 * i),
               "loss": cents(rng.uniform(4000, 9000))} for i in range(24)]  # fmt: skip
    result = ask(
        make(tmp_path, service=SERVICES, risk=bare, risk_event=events, investment=[fix(0, 20_000)]),
        "MG-13",
    )  # fmt: skip
    row = result.measure("MG-13")
    assert row["light"] == "red"
    assert 5 < row["value"] < 11
    assert row["n"] == 24


def test_mg14_and_mg15(tmp_path: Path) -> None:
    tables = trade()
    for row in tables["usage"]:
        row["function"] = "archive" if row["customer"] == "C2" else "core"
        row["active_users"] = 0 if row["customer"] == "C2" else 8
    for row in tables["cost"]:
        row["function"] = "archive" if row["service"] == "S1" else "core"
    result = ask(make(tmp_path / "a", **tables), "MG-14")
    spent = sum(float(c["amount"]) for c in tables["cost"]
                if c["service"] == "S1" and c["month"] >= month(36))  # fmt: skip
    assert abs(result.measure("MG-14")["value"] - spent) < 1
    assert result.measure("MG-14")["light"] == "red"
    agreement = [{"id": "A", "kind": "contract", "customer": "C0", "service": "S0",
                  "end": AS_OF.date() + timedelta(days=90)}]  # fmt: skip
    even = ask(make(tmp_path / "b", agreement=agreement, **trade()), "MG-15", "MG-14")
    assert even.measure("MG-15")["light"] == "amber"
    assert even.measure("MG-14")["light"] == "green"
    assert even.beside["MG-15"]["ends within 180 days"] > 20_000
    one = trade()
    one["revenue"] = [r for r in one["revenue"] if r["customer"] == "C0"]
    assert (
        ask(make(tmp_path / "c", agreement=agreement, **one), "MG-15").measure("MG-15")["light"]
        == "red"
    )
    own = trade()
    for row in own["revenue"]:
        row["kind"] = "chargeback"
    internal = ask(make(tmp_path / "d", agreement=agreement, **own), "MG-15")
    assert internal.measure("MG-15")["light"] == "not_applicable"


def waste(seats: int, sleeping: bool) -> dict[str, Rows]:
    cost = [{"id": f"K{i}{s}", "service": s, "month": month(i), "amount": 8000, "pool": "software"}
            for i in range(24, 48) for s in ("S0", "S1")]  # fmt: skip
    usage = [{"service": s, "month": month(i),
              "units": 0.0 if sleeping and s == "S1" and i > 42 else 900.0}
             for i in range(24, 48) for s in ("S0", "S1")]  # fmt: skip
    licence = [{"id": "L1", "product": "CAD", "entitled": 200, "used_90d": 200 - seats,
                "usage_seen": 200, "unit_price_year": 300, "agreement": "A1"}]  # fmt: skip
    agreement = [{"id": "A1", "kind": "subscription", "supplier": "SUP", "price_month": 2000,
                  "service": "S1", "auto_renew": True, "notice_by": date(2027, 6, 1)}]  # fmt: skip
    return {"cost": cost, "usage": usage, "licence": licence, "agreement": agreement,
            "service": SERVICES, "purchase": []}  # fmt: skip


def test_mb07_counts_each_euro_once(tmp_path: Path) -> None:
    tables = waste(120, True)
    tables.pop("purchase")
    result = ask(make(tmp_path / "a", **tables), "MB-07")
    row = result.measure("MB-07")
    licence = (200 - 80 - 4) * 300
    assert row["light"] == "red"
    assert abs(row["value"] - 96_000 / 192_000) < 1e-5
    assert result.beside["MB-07"]["licence"] == licence
    assert result.beside["MB-07"]["service"] == 96_000 - licence
    tables["agreement"][0]["notice_by"] = AS_OF.date() + timedelta(days=10)
    again = ask(make(tmp_path / "b", **tables), "MB-07")
    assert again.beside["MB-07"]["contract"] == 24_000
    assert again.beside["MB-07"]["licence"] == 0
    assert again.measure("MB-07")["value"] == row["value"]
    clean = waste(5, False)
    clean.pop("purchase")
    assert ask(make(tmp_path / "c", **clean), "MB-07").measure("MB-07")["light"] == "green"


def test_mb07_says_what_it_cannot_see(tmp_path: Path) -> None:
    cost = [{"id": f"K{i}", "month": month(i), "amount": 100, "pool": "external"}
            for i in range(24, 48)]  # fmt: skip
    row = ask(make(tmp_path, cost=cost), "MB-07").measure("MB-07")
    assert row["light"] == "not_enough_evidence"
    assert "licence.used_90d" in row["missing"]
