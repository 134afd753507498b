"""Golden cases of purchases, contracts, licences, assets and the year's end."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import AS_OF, ask, make, units
from trueup.audit.checks.finance.f07_paid_twice import likeness
from trueup.audit.result import AuditResult

Rows = list[dict[str, Any]]


def day(n: int) -> datetime:
    """The n-th day of the period."""
    return datetime(2025, 7, 1, 9, tzinfo=UTC) + timedelta(days=n)


def cents(x: float) -> Decimal:
    return Decimal(f"{x:.2f}")


def named(result: AuditResult, id: str) -> set[str]:
    return {e["id"] for d in result.check(id)["detections"] for e in d["evidence"]}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("INV-2025-0042", "inv 2025 42", "equal"),
        ("4711", "R4711", "inside"),
        ("4711", "4711-1", "inside"),
        ("R77", "R77/b", "inside"),
        ("4711", "47110", "inside"),
        ("20244711", "4711", "inside"),
        ("INV-1243", "INV-1234", "swapped"),
        ("INV-1234", "INV-1235", ""),
        ("INV-1", "INV-10", ""),
        ("INV-2025-001", "INV-2025-0010", ""),
        ("7", "17", ""),
    ],
)
def test_similar_numbers(one: str, two: str, expected: str) -> None:
    assert likeness(one, two) == likeness(two, one) == expected


def invoices(n: int = 300, seed: int = 4) -> Rows:
    rng = random.Random(seed)
    return [
        {"id": f"PU{i:04d}", "supplier": f"SUP{i % 6}", "buyer": f"B{i % 4}", "approved_by": "Q",
         "amount": cents(rng.uniform(200, 5000)), "at": day(i), "invoice_no": f"INV-{1000 + i}",
         "agreement": "A1"}
        for i in range(n)
    ]  # fmt: skip


def test_f07_an_invoice_paid_twice(tmp_path: Path) -> None:
    rows = invoices()
    rows.append(rows[50] | {"id": "PU9001", "invoice_no": "inv 1050", "at": day(60)})
    rows.append(rows[80] | {"id": "PU9002", "invoice_no": "INV1080", "at": day(200)})
    result = ask(make(tmp_path / "a", purchase=rows), "F07")
    assert units(result, "F07") == {"supplier:SUP2", "pair:PU0050|PU9001"}
    assert named(result, "F07") == {"PU0050", "PU9001"}
    money = result.check("F07")["detections"][0]["effect"]["money"]["likely"]
    assert money == f"{rows[50]['amount']:.2f}"
    rent = [r | {"amount": 900} for r in invoices()]
    assert ask(make(tmp_path / "b", purchase=rent), "F07").check("F07")["result"] == "clean"
    back = {"id": "PU9003", "supplier": "SUP2", "amount": -rows[50]["amount"], "at": day(70)}
    ok = ask(make(tmp_path / "c", purchase=[*rows, back]), "F07")
    assert ok.check("F07")["result"] == "clean"


def test_f07_a_number_within_the_other_and_a_rounded_amount(tmp_path: Path) -> None:
    other = {"id": "PU9004", "invoice_no": "RE 1050", "at": day(70),
             "amount": cents(float(invoices()[50]["amount"]) * 1.004)}  # fmt: skip
    rows = invoices()
    rows[50] |= {"invoice_no": "1050"}
    result = ask(make(tmp_path / "a", purchase=[*rows, rows[50] | other]), "F07")
    assert units(result, "F07") == {"supplier:SUP2", "pair:PU0050|PU9004"}
    rows[50] |= {"invoice_no": "RE 1005"}
    swapped = ask(make(tmp_path / "b", purchase=[*rows, rows[50] | other]), "F07")
    assert units(swapped, "F07") == {"supplier:SUP2", "pair:PU0050|PU9004"}


def test_f07_a_swap_in_a_series_counts_where_it_breaks_the_order(tmp_path: Path) -> None:
    """Two numbers of a running series are no swap of each other, however alike the amounts."""
    rent = [r | {"amount": 900} for r in invoices()]
    assert ask(make(tmp_path / "a", purchase=rent), "F07").check("F07")["result"] == "clean"
    wrong = rent[123] | {"id": "PU9005", "invoice_no": "INV-1213", "at": day(130)}
    result = ask(make(tmp_path / "b", purchase=[*rent, wrong]), "F07")
    assert units(result, "F07") == {"supplier:SUP3", "pair:PU0123|PU9005"}


def test_f06_any_two_below_and_together_above(tmp_path: Path) -> None:
    """Also a small one: 9,800 and 300 of one buyer and supplier are together above 10,000."""
    rows = limited(200, 0)
    part = {"supplier": "SUP7", "buyer": "B7", "approval_limit": 10_000}
    pairs = {"a": (9800, 300), "b": (9800, 200), "c": (10_100, 300)}
    for name, (one, two) in pairs.items():
        more = [part | {"id": "PX1", "at": day(100), "amount": one},
                part | {"id": "PX2", "at": day(110), "amount": two}]  # fmt: skip
        result = ask(make(tmp_path / name, purchase=[*rows, *more]), "F06")
        expected = {"pair:PX1|PX2", "supplier:SUP7"} if name == "a" else set()
        assert units(result, "F06") == expected


def test_f07_one_invoice_shared_out_is_no_double(tmp_path: Path) -> None:
    cost = [
        {"id": f"K{i}", "supplier": "SUP1", "invoice_no": "R77123", "amount": 500,
         "service": f"S{i}", "month": date(2026, 1, 1)}
        for i in range(4)
    ]  # fmt: skip
    ok = ask(make(tmp_path / "a", purchase=invoices(), cost=cost), "F07")
    assert ok.check("F07")["result"] == "clean"
    twice = [*cost, cost[0] | {"id": "K9", "invoice_no": "r 77123"}]
    result = ask(make(tmp_path / "b", purchase=invoices(), cost=twice), "F07")
    assert units(result, "F07") == {"supplier:SUP1", "pair:K0|K9"}


def limited(n: int, crowd: int) -> Rows:
    rng = random.Random(8)
    rows = [
        r | {"approval_limit": 10_000, "at": day(i % 360), "buyer": f"B{i}",
             "amount": cents(rng.uniform(100, 20_000))}
        for i, r in enumerate(invoices(n))
    ]  # fmt: skip
    for i in range(crowd):
        rows[i] |= {"amount": cents(rng.uniform(9100, 9990)), "supplier": "SUP9"}
    return rows


def test_f06_amounts_crowd_below_the_limit(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", purchase=limited(300, 40)), "F06")
    assert "supplier:SUP9" in units(result, "F06")
    row = next(d for d in result.check("F06")["detections"] if d["unit"]["id"] == "SUP9")
    assert row["branch"] == "just below"
    assert row["exceptions"] == 40
    ok = ask(make(tmp_path / "b", purchase=limited(300, 0)), "F06")
    assert ok.check("F06")["result"] == "clean"


def test_f06_a_purchase_split_in_two(tmp_path: Path) -> None:
    rows = limited(200, 0)
    part = {"supplier": "SUP7", "buyer": "B7", "approval_limit": 10_000, "amount": 7000}
    split = [part | {"id": "PX1", "at": day(100)}, part | {"id": "PX2", "at": day(104)}]
    result = ask(make(tmp_path / "a", purchase=[*rows, *split]), "F06")
    assert units(result, "F06") == {"pair:PX1|PX2", "supplier:SUP7"}
    assert result.check("F06")["detections"][0]["grade"] == "major"
    yes = [{"id": "AP1", "entity": "purchase", "entity_id": "PX1", "decision": "approved",
            "amount": 14_000}]  # fmt: skip
    ok = ask(make(tmp_path / "b", purchase=[*rows, *split], approval=yes), "F06")
    assert ok.check("F06")["result"] == "clean"
    apart = [split[0], split[1] | {"at": day(140)}]
    ok = ask(make(tmp_path / "c", purchase=[*rows, *apart]), "F06")
    assert ok.check("F06")["result"] == "clean"


def test_f06_a_supplier_that_crowds_and_splits_is_named_for_both(tmp_path: Path) -> None:
    part = {"supplier": "SUP9", "buyer": "B7", "approval_limit": 10_000, "amount": 7000}
    split = [part | {"id": "PX1", "at": day(100)}, part | {"id": "PX2", "at": day(104)}]
    result = ask(make(tmp_path, purchase=[*limited(300, 40), *split]), "F06")
    row = next(d for d in result.check("F06")["detections"] if d["unit"]["id"] == "SUP9")
    assert row["branch"] == "just below, split"
    assert row["exceptions"] == 42
    assert row["value"] > 3


def clause(rise: float) -> dict[str, Rows]:
    """Two agreements with monthly purchases over two years; the first one rises."""
    rows: Rows = []
    begin = datetime(2024, 7, 5, tzinfo=UTC)
    for k, rate in enumerate((rise, 0.02)):
        for i in range(24):
            price = 100 * (1 + (rate if i >= 12 else 0.0))
            rows.append({"id": f"P{k}{i:02d}", "supplier": f"SUP{k}", "agreement": f"A{k}",
                         "unit_price": cents(price), "quantity": 10.0, "amount": cents(price * 10),
                         "at": begin + timedelta(days=30.4 * i)})  # fmt: skip
    contracts = [{"id": f"A{k}", "kind": "contract", "supplier": f"SUP{k}", "index_cap": 0.03,
                  "start": date(2024, 1, 1)} for k in range(2)]  # fmt: skip
    return {"purchase": rows, "agreement": contracts}


def test_u04_price_above_the_clause(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", **clause(0.10)), "U04", "MB-14")
    assert units(result, "U04") == {"agreement:A0", "supplier:SUP0"}
    money = float(result.check("U04")["detections"][0]["effect"]["money"]["likely"])
    assert abs(money - 12 * 10 * 7) < 5
    assert abs(result.measure("MB-14")["value"] - money) < 1
    ok = ask(make(tmp_path / "b", **clause(0.02)), "U04", "MB-14")
    assert ok.check("U04")["result"] == "clean"
    assert ok.measure("MB-14")["light"] == "green"
    bare = clause(0.1)
    for row in bare["agreement"]:
        row["index_cap"] = None
    grey = ask(make(tmp_path / "c", **bare), "U04").check("U04")
    assert grey["missing"] == ["agreement.index_cap"]


def test_mb14_adds_each_leak_once(tmp_path: Path) -> None:
    tables = clause(0.10)
    tables["agreement"][0] |= {"auto_renew": True, "price_month": 1000,
                               "notice_by": AS_OF.date() + timedelta(days=20)}  # fmt: skip
    tables["purchase"].append({"id": "X", "supplier": "SUP9", "amount": 5000, "at": day(10)})
    stale = [{"id": "C1", "line": "L", "amount": 9000, "open_amount": 700, "agreement": "A1",
              "expires": date(2026, 1, 1)}]  # fmt: skip
    result = ask(make(tmp_path, commitment=stale, **tables), "MB-14")
    row = result.measure("MB-14")
    assert row["light"] == "red"
    assert abs(row["value"] - (12_000 + 5000 * 365.25 / 365 + 700)) < 5
    assert {u["unit"]["id"] for u in row["by"]} == {"A0", "A1", "SUP0", "SUP9"}


def free(rush: float) -> Rows:
    rng = random.Random(6)
    rows = []
    for i in range(24):
        at = date(2024 + i // 12, i % 12 + 1, 1)
        for k in range(3):
            hit = rush if k == 1 and at.month == 12 else 1.0
            rows.append({"id": f"K{i:02d}{k}", "line": f"L{k}", "month": at, "discretionary": True,
                         "amount": cents(5000 * hit * rng.uniform(0.9, 1.1))})  # fmt: skip
    return rows


def test_f05_december_fever(tmp_path: Path) -> None:
    result = ask(make(tmp_path / "a", cost=free(6.0)), "F05", "MB-16")
    assert "line:L1" in units(result, "F05")
    assert not {"line:L0", "line:L2"} & units(result, "F05")
    row = next(d for d in result.check("F05")["detections"] if d["unit"]["id"] == "L1")
    assert {e["id"] for e in row["evidence"]} == {"K111", "K231"}
    ok = ask(make(tmp_path / "b", cost=free(1.0)), "F05", "MB-16")
    assert ok.check("F05")["result"] == "clean"
    assert ok.measure("MB-16")["light"] == "green"
    months = [r["month"] for r in free(1.0)[::3]]
    busy = [{"service": "S", "month": m, "units": 900.0 if m.month == 12 else 100.0}
            for m in months]  # fmt: skip
    ok = ask(make(tmp_path / "c", cost=free(6.0), usage=busy), "F05")
    assert ok.check("F05")["result"] == "clean"
    own = [r | {"service": "S"} if r["line"] == "L1" else r for r in free(6.0)]
    large = [{"service": "L", "month": m, "units": 90_000.0} for m in months]
    ok = ask(make(tmp_path / "e", cost=own, usage=busy + large), "F05")
    assert ok.check("F05")["result"] == "clean"
    short = [r for r in free(6.0) if r["month"] >= date(2025, 1, 1)]
    grey = ask(make(tmp_path / "d", cost=short), "F05", "MB-16")
    assert grey.check("F05")["result"] == "not_enough_evidence"
    assert grey.measure("MB-16")["light"] == "not_enough_evidence"


def licence(product: str, used: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"LI-{product}", "product": product, "entitled": 212, "used_90d": used,
            "usage_seen": 212, "unit_price_year": 348}  # fmt: skip
    return base | more


def test_mb08_empty_seats(tmp_path: Path) -> None:
    rows = [licence("CAD", 81, usage_seen=206), licence("Office", 205)]
    result = ask(make(tmp_path / "a", licence=rows), "MB-08")
    row = result.measure("MB-08")
    cad = next(u for u in row["by"] if u["unit"] == {"kind": "product", "id": "CAD"})
    assert cad["light"] == "red"
    assert abs(cad["value"] - 127 / 212) < 1e-4
    assert abs(cad["low"] - 121 / 212) < 1e-4
    assert result.beside["MB-08"]["money a year"] == 127 * 348
    kept = ask(make(tmp_path / "b", licence=[licence("CAD", 81, reserved=131)]), "MB-08")
    assert kept.measure("MB-08")["light"] == "green"
    blind = ask(make(tmp_path / "c", licence=[licence("CAD", 81, usage_seen=100)]), "MB-08")
    assert blind.measure("MB-08")["light"] == "not_enough_evidence"


def asset(i: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"AS{i:03d}", "class": "laptop", "cost_month": 40, "state": "in_use",
            "assigned_to": "P1", "last_used": date(2026, 6, 20)}  # fmt: skip
    return base | more


def test_mb09_assets_that_serve_nobody(tmp_path: Path) -> None:
    people = [{"id": "P1", "name": "a", "team": "T1"},
              {"id": "P2", "name": "b", "team": "T2", "left_on": date(2026, 1, 1)}]  # fmt: skip
    rows = [asset(i) for i in range(80)]
    rows += [asset(80 + i, assigned_to="P2") for i in range(10)]
    rows += [asset(90 + i, state="in_stock", state_since=date(2026, 1, 1)) for i in range(5)]
    rows += [asset(95 + i, state="disposed", disposed_on=date(2026, 1, 1)) for i in range(5)]
    rows += [asset(100, state="in_stock", state_since=date(2025, 1, 1), spare=True)]
    result = ask(make(tmp_path / "a", asset=rows, person=people), "MB-09")
    row = result.measure("MB-09")
    assert row["value"] == 0.2
    assert row["light"] == "red"
    by = {u["unit"]["id"]: u["light"] for u in row["by"]}
    assert by["T2"] == "red"
    blind = [asset(200 + i, assigned_to=None, last_used=None, **{"class": "screen"})
             for i in range(8)]  # fmt: skip
    dark = ask(make(tmp_path / "d", asset=rows[:100] + blind, person=people), "MB-09")
    lights = {u["unit"]["id"]: u["light"] for u in dark.measure("MB-09")["by"]}
    assert lights["screen"] == "not_enough_evidence"
    broken = [asset(101 + i, state="in_repair", last_used=date(2026, 1, 1)) for i in range(25)]
    more = ask(make(tmp_path / "c", asset=rows[:100] + broken, person=people), "MB-09")
    assert more.measure("MB-09")["value"] == 45 / 125
    ok = ask(make(tmp_path / "b", asset=rows[:80], person=people), "MB-09")
    assert ok.measure("MB-09")["light"] == "green"
