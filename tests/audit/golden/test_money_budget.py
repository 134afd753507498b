"""Golden cases of the budget: homes of cost, variance split, and where the year will end."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.audit.golden.packs import ask, make, units
from trueup.audit.evidence.packs import PackWriter, schema_of

Rows = list[dict[str, Any]]


def month(i: int) -> date:
    """The i-th month from January 2025."""
    return date(2025 + i // 12, i % 12 + 1, 1)


def cents(x: float) -> Decimal:
    return Decimal(f"{x:.2f}")


def world(
    *, price: float = 1.0, quantity: float = 1.0, lines: int = 4, noise: float = 0.02, seed: int = 1
) -> dict[str, Rows]:
    """Two calendar years of budget, cost to June 2026; line L1 is dearer or larger from 2026."""
    rng = random.Random(seed)
    budget, cost = [], []
    for i in range(24):
        for k in range(lines):
            budget.append({
                "line": f"L{k}", "service": f"S{k}", "month": month(i), "amount": 10_000,
                "standard_price": 100, "standard_quantity": 100.0, "driver": "hours",
                "owner": "P", "approved_by": "Q",
            })  # fmt: skip
            if i < 18:
                hit = k == 1 and i >= 12
                q = 98 * (quantity if hit else 1.0) * (1 + rng.gauss(0, noise))
                p = 100 * (price if hit else 1.0)
                cost.append({
                    "id": f"K{i:02d}{k}", "line": f"L{k}", "service": f"S{k}", "month": month(i),
                    "amount": cents(p * q), "quantity": q, "pool": "external",
                })  # fmt: skip
    return {"budget": budget, "cost": cost}


def test_f01_price_rise_on_one_line(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **world(price=1.25)), "F01", "MB-01", "MB-02")
    assert units(result, "F01") == {"line:L1", "service:S1"}
    row = next(d for d in result.check("F01")["detections"] if d["unit"]["id"] == "L1")
    assert 0.20 < row["value"] < 0.29
    assert row["branch"] == "price"
    assert {e["id"][-1] for e in row["evidence"]} == {"1"}
    by = {u["unit"]["id"]: u["light"] for u in result.measure("MB-02")["by"]}
    assert by["L1"] == "red"
    assert by["L0"] == "green"
    parts = result.beside["MB-02"]
    total = sum(
        float(c["amount"]) for c in world(price=1.25)["cost"] if c["month"] >= date(2026, 1, 1)
    )
    assert abs(parts["price"] + parts["volume"] + parts["mix"] - (total - 240_000)) < 5


def test_f01_more_work_is_not_our_fault(tmp_path: Path) -> None:
    result = ask(make(tmp_path, **world(quantity=1.4)), "F01", "MB-01", "MB-02")
    assert result.check("F01")["result"] == "clean"
    assert result.measure("MB-02")["light"] == "green"
    assert result.measure("MB-01")["light"] == "not_applicable"
    assert result.measure("MB-01")["value"] > 0.05


def test_efficiency_where_planned_output_is_known(tmp_path: Path) -> None:
    tables = world(quantity=1.4)
    for row in tables["budget"]:
        row["planned_units"] = 1000.0
    usage = [{"service": f"S{k}", "month": month(i), "units": 1000.0}
             for i in range(18) for k in range(4)]  # fmt: skip
    result = ask(make(tmp_path / "a", usage=usage, **tables), "F01", "MB-02")
    assert "line:L1" in units(result, "F01")
    assert result.check("F01")["detections"][0]["branch"] == "efficiency"
    busy = [u | {"units": 1400.0 if u["service"] == "S1" else 1000.0} for u in usage]
    result = ask(make(tmp_path / "b", usage=busy, **tables), "F01", "MB-02")
    assert result.check("F01")["result"] == "clean"
    idle = [u | {"units": 0.0 if u["service"] == "S1" else 1000.0} for u in usage]
    none = ask(make(tmp_path / "c", usage=idle, **tables), "MB-02").measure("MB-02")
    by = {u["unit"]["id"]: u["value"] for u in none["by"]}
    assert by["L1"] > 1.2  # use that is recorded as none allows nothing


def test_variance_without_drivers_is_grey(tmp_path: Path) -> None:
    tables = world()
    for row in tables["budget"]:
        row["standard_price"] = row["standard_quantity"] = None
    result = ask(make(tmp_path, **tables), "F01", "MB-02")
    assert result.measure("MB-02")["light"] == "not_enough_evidence"
    assert "budget.standard_price" in result.measure("MB-02")["missing"]
    assert result.check("F01")["result"] == "not_enough_evidence"


def test_f02_the_line_that_will_not_hold(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **world(price=1.5)), "F02", "MB-03", "MB-04")
    assert units(result, "F02") == {"line:L1", "service:S1"}
    assert result.check("F02")["detections"][0]["branch"] == "forecast"
    by = {u["unit"]["id"]: u["light"] for u in result.measure("MB-04")["by"]}
    assert by["L1"] == "red"
    assert by["L0"] == "green"
    assert result.measure("MB-04")["light"] in ("red", "amber")
    ok = ask(make(tmp_path / "b", **world()), "F02", "MB-03", "MB-04")
    assert ok.check("F02")["result"] == "clean"
    assert ok.measure("MB-04")["light"] == "green"
    assert ok.measure("MB-03")["missing"] == ["commitment.open_amount"]


def test_promises_can_spend_the_year(tmp_path: Path) -> None:
    promised = [{"id": "C1", "line": "L2", "amount": 90_000, "open_amount": 90_000},
                {"id": "C2", "line": "L0", "amount": 90_000, "open_amount": 90_000,
                 "expires": date(2026, 3, 1)}]  # fmt: skip
    result = ask(make(tmp_path, commitment=promised, **world()), "F02", "MB-03")
    assert "line:L2" in units(result, "F02")
    row = result.check("F02")["detections"][0]
    assert row["branch"] == "promised"
    assert "spent and promised are" in row["headline"]
    assert float(row["effect"]["money"]["low"]) > 0
    assert "line:L0" not in units(result, "F02")
    row = result.measure("MB-03")
    assert result.beside["MB-03"]["stale promises"] == 90_000
    assert {u["unit"]["id"] for u in row["by"] if u["light"] == "red"} == {"L2"}


def test_a_year_needs_six_months_of_history(tmp_path: Path) -> None:
    tables = world()
    tables["budget"] = [r for r in tables["budget"] if r["month"] >= date(2026, 3, 1)]
    result = ask(make(tmp_path, **tables), "F02", "MB-04")
    assert result.measure("MB-04")["light"] == "not_enough_evidence"
    assert result.check("F02")["result"] == "not_enough_evidence"


def postings(lost: float, n: int = 600) -> Rows:
    rng = random.Random(2)
    return [
        {"id": f"K{i:04d}", "month": month(6 + i % 12), "amount": 500, "line": f"L{i % 3}",
         "service": None if i % 3 == 1 and rng.random() < lost else "S1"}
        for i in range(n)
    ]  # fmt: skip


def test_f04_cost_without_a_home(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", cost=postings(0.9)), "F04", "MB-06", "MG-06")
    assert units(result, "F04") == {"organisation:*", "line:L1"}
    whole = next(
        d for d in result.check("F04")["detections"] if d["unit"]["kind"] == "organisation"
    )
    assert whole["evidence_total"] == whole["exceptions"] > 100
    assert whole["branch"] == "beyond the red limit"
    assert result.measure("MB-06")["light"] == "red"
    ok = ask(make(tmp_path / "b", cost=postings(0.02)), "F04", "MB-06")
    assert ok.check("F04")["result"] == "clean"
    assert ok.measure("MB-06")["light"] == "green"


def test_f04_a_line_by_itself_counts_beyond_the_red_limit(tmp_path: Path) -> None:
    """3.5: units are looked at only where the whole fires; a few postings of a line are chance."""
    scattered = ask(make(tmp_path / "a", cost=postings(0.16)), "F04")
    assert scattered.check("F04")["result"] == "clean"
    lost = ask(make(tmp_path / "b", cost=postings(0.25)), "F04")
    assert units(lost, "F04") == {"line:L1"}
    assert lost.check("F04")["value"] < 0.1


def test_a_home_through_item_contract_owner_or_key(tmp_path: Path) -> None:
    rows = postings(0.0)
    homes = ({"ci": "CI9"}, {"agreement": "A1"}, {"owner": "P1"}, {"allocation_key": "heads"})
    for i, row in enumerate(rows):
        row["service"] = None
        row |= homes[i % 4]
    result = ask(
        make(tmp_path, cost=rows, service=[{"id": "S1", "name": "x", "state": "live"}],
             relation=[{"parent": "S1", "child": "CI1", "kind": "runs_on"},
                       {"parent": "CI1", "child": "CI9", "kind": "runs_on"}],
             agreement=[{"id": "A1", "kind": "contract", "service": "S1"}]),
        "F04", "MB-06",
    )  # fmt: skip
    assert result.check("F04")["result"] == "clean"
    assert result.measure("MB-06")["value"] == 0.0
    assert result.beside["MB-06"]["without a service"] == 0.25


def test_a_month_is_over_where_the_organisation_is(tmp_path: Path) -> None:
    """Midnight of 1 July in Berlin is still June in UTC; June is closed, in every zone."""
    rows = world()
    east = PackWriter(
        tmp_path / "east", organisation="Nordkai Logistics", currency="EUR",
        timezone="Europe/Berlin", as_of=datetime(2026, 6, 30, 22, tzinfo=UTC),
        period=(date(2025, 7, 1), date(2026, 6, 30)),
    )  # fmt: skip
    for name, table in rows.items():
        wanted = [f for f in schema_of(name) if f.name in table[0]]
        data = [{f.name: row.get(f.name) for f in wanted} for row in table]
        east.write_table(name, pa.Table.from_pylist(data, schema=pa.schema(wanted)))
    there, here = ask(east.close(), "MB-01"), ask(make(tmp_path / "utc", **rows), "MB-01")
    assert there.measure("MB-01")["n"] == 6
    assert there.measure("MB-01")["value"] == here.measure("MB-01")["value"]
