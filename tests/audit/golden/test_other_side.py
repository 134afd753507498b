"""Golden cases of measures whose other side no other file shows: the light that was missing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden import (
    test_growth_room,
    test_growth_value,
    test_money_budget,
    test_money_work,
    test_risk_checks,
)
from tests.audit.golden.packs import START, ask, make
from tests.audit.golden.test_voice import tickets

World = dict[str, Any]


def every_sale_loses() -> World:
    w: World = test_growth_room.shop()
    for row in w["cost"]:
        row["amount"] = 7800 if row["behaviour"] == "variable" else row["amount"]
    return w


def well_used() -> World:
    """Capacity just above what the peak month and its reserve need."""
    rows = test_growth_room.load(0.0, size=460) + test_growth_room.load(0.0, service="S0", size=460)
    return {"capacity": rows, "cost": test_growth_room.hosting()}


def pays_back() -> World:
    return {
        "investment": [test_growth_value.investment(0)],
        "benefit": test_growth_value.brought(0, 2000),
    }


def many_customers() -> World:
    """The revenue of three customers, spread over nine."""
    w: World = test_growth_value.trade()
    w["revenue"] = [
        row | {"customer": f"{row['customer']}{k}"} for row in w["revenue"] for k in range(3)
    ]
    return {"agreement": [{"id": "A", "kind": "contract", "customer": "C00"}], **w}


def small_promises() -> World:
    promise = {"id": "C1", "line": "L2", "amount": 500, "open_amount": 500}
    return {"commitment": [promise], **test_money_budget.world()}


def little_rework() -> World:
    """One record in nine needs ten minutes more after its solution."""
    w: World = test_money_work.desk(0.0)
    first = {log["record"]: log for log in reversed(w["worklog"])}
    again = [
        log | {"minutes": 10.0, "started_at": log["started_at"] + timedelta(hours=30)}
        for i, log in enumerate(first.values())
        if i % 9 == 0
    ]
    w["worklog"] = [*first.values(), *again]
    return {"price_list": test_money_work.PRICES, **w}


def cheap_failures() -> World:
    prices = [p | {"amount": 1} for p in test_money_work.PRICES]
    return {"price_list": prices, **test_money_work.changes(20)}


def steady_cost() -> World:
    w: World = test_money_work.desk(0.0, n=970)
    cost = [{"id": f"K{i}", "month": test_money_work.month(i), "pool": "labour",
             "amount": 3000 + 400 * (-1) ** i} for i in range(24)]  # fmt: skip
    return {"cost": cost, **w}


def harmful_control() -> World:
    """Changes fail far more often where the control was used."""
    w: World = test_risk_checks.controlled(3)
    used = {row["record"]: row["done"] for row in w["control_use"]}
    for i, row in enumerate(w["change"]):
        fails = i % 2 == 0 if used[row["record"]] else i % 12 == 0
        row["outcome"] = "failed" if fails else "successful"
    return w


def few_answer() -> World:
    w = tickets(1600, 0.05)
    for i, row in enumerate(w["survey"]):
        if i % 39:
            row |= {"answered_at": None, "csat": None, "lost_minutes": None, "comment": None}
    return w


def falling_score() -> World:
    """Promoters for nine months, detractors for three."""
    rows = []
    for i in range(360):
        good = i < 270 and i % 10
        rows.append({"id": f"V{i:03}", "relationship": True, "customer": f"C{i % 3}",
                     "nps": 10 if good else 3, "answered_at": START + timedelta(days=i),
                     "sent_at": START + timedelta(days=i)})  # fmt: skip
    return {"survey": rows}


def more_and_more_lost() -> World:
    w = tickets(1200, 0.05)
    for i, row in enumerate(w["survey"]):
        if row["lost_minutes"] is not None:
            late = row["sent_at"] > START + timedelta(days=300)
            row["lost_minutes"] = 400.0 if late else 30.0 + i % 5
    return w


def all_held() -> World:
    rows = [{"customer": f"C{i}", "due": (START + timedelta(days=20 * i)).date(),
             "held_on": (START + timedelta(days=20 * i)).date(), "actions": 1, "actions_done": 1}
            for i in range(10)]  # fmt: skip
    return {"service_review": rows}


CASES: list[tuple[str, World, str]] = [
    ("MG-06", every_sale_loses(), "red"),
    ("MG-09", well_used(), "green"),
    ("MG-10", pays_back(), "green"),
    ("MG-15", many_customers(), "green"),
    ("MB-03", small_promises(), "green"),
    ("MB-11", little_rework(), "green"),
    ("MB-12", cheap_failures(), "green"),
    ("MB-15", steady_cost(), "green"),
    ("MR-08", harmful_control(), "red"),
    ("MC-03", few_answer(), "red"),
    ("MC-04", falling_score(), "amber"),
    ("MC-16", more_and_more_lost(), "amber"),
    ("MC-17", all_held(), "green"),
]


@pytest.mark.parametrize(("id", "tables", "light"), CASES, ids=[case[0] for case in CASES])
def test_the_other_light(id: str, tables: World, light: str, tmp_path: Path) -> None:
    row = ask(make(tmp_path, **tables), id).measure(id)
    told = {k: row[k] for k in ("value", "low", "high", "n", "n_min", "needs", "blocked_by")}
    assert row["light"] == light, told
