"""A made-up world with its money made worse, or with much of it not recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
from bench.worlds.clean import make
from bench.worlds.world import World

SEED = 11
UNTOLD = (
    "revenue.one_off", "cost.allocated", "cost.team", "budget.planned_units",
    "investment.life_months", "capacity.team", "capacity.lead_time_months", "licence.reserved",
    "cost.pool", "worklog.rate", "asset.spare", "capacity.standby", "cost.owner",
    "budget.version", "budget.approved_at", "service.annual_job",
)  # fmt: skip
UNKEPT = ("agreement_tier", "known_step", "person_usage", "measure")


def silent() -> World:
    """A healthy world without columns and tables that have a fallback."""
    world = make(SEED)
    for dotted in UNTOLD:
        column = world.col(dotted)
        column[:] = None if column.dtype == object else np.array("NaT" if _dated(column) else "nan")
    for table in UNKEPT:
        world.tables.pop(table, None)
    return world


def _dated(column: Any) -> bool:
    return bool(column.dtype.kind == "M")


def worse() -> World:
    """The world with credits, disputes, lost customers, gaps, second budgets, waste and zombies."""
    world = make(SEED)
    rng = np.random.default_rng(5)
    for spoil in (_revenue, _cost, _plan, _waste, _contracts, _work):
        spoil(world, rng)
    return world


def _rows(world: World, table: str, n: int, rng: np.random.Generator) -> Any:
    return rng.choice(world.n(table), n, replace=False)


def _revenue(world: World, rng: np.random.Generator) -> None:
    at = _rows(world, "revenue", 60, rng)
    cell = {name: world.col(f"revenue.{name}") for name in ("service", "customer", "month")}
    money = world.col("revenue.amount")[at]
    for rows, amount, kind, once in (
        (at, -0.2 * money, "credit", False),
        (at[:20], -100.0, "disputed", False),
        (at[:10], 5000.0, "invoice", True),
    ):
        own = {name: values[rows] for name, values in cell.items()}
        world.append("revenue", **own, amount=amount, kind=kind, one_off=once)
    less = world.where("revenue", service="S02", customer="C21", kind="invoice")
    world.col("revenue.amount")[less] *= 0.7
    gone = world.where("revenue", service="S05", kind="invoice")
    world.drop("revenue", gone & (rng.random(len(gone)) < 0.03))
    turn = np.datetime64(world.shape.first)
    for table in ("usage", "revenue"):
        month = world.col(f"{table}.month")
        left = world.where(table, service="S01", customer="C22") & (month >= turn)
        came = world.where(table, service="S01", customer="C23") & (month < turn)
        world.drop(table, left | came)
    quiet = world.where("usage", service="S12")
    quiet &= world.col("usage.month") > np.datetime64(world.shape.last) - 90
    world.col("usage.units")[quiet] = 0.0


def _cost(world: World, rng: np.random.Generator) -> None:
    half = np.datetime64(world.shape.last) - 250
    dear = world.where("cost", line="S02 labour") & (world.col("cost.month") > half)
    world.col("cost.amount")[dear] *= 1.3
    world.set("cost", _rows(world, "cost", 15, rng), "quantity", np.nan)
    loose = _rows(world, "cost", 30, rng)
    world.set("cost", loose, "service", None)
    world.set("cost", loose[:15], "owner", None)
    world.set("cost", _rows(world, "cost", 10, rng), "line", None)
    world.set("cost", _rows(world, "cost", 20, rng), "pool", None)
    world.set("cost", _rows(world, "cost", 20, rng), "behaviour", None)
    world.set("cost", world.where("cost", service="S04", pool="labour"), "team", "Network")
    closing = world.col("cost.month").astype("M8[M]").astype(int) % 12 == 11
    world.col("cost.amount")[world.where("cost", discretionary=True) & closing] *= 3


def _plan(world: World, _: np.random.Generator) -> None:
    table = world.tables["budget"]
    mine = table["line"] == "S03 external"
    again = {k: v[mine] for k, v in table.items()}
    again |= {"amount": again["amount"] * 1.1, "version": "2"}
    again["approved_at"] = again["approved_at"] + np.timedelta64(1, "D")
    world.append("budget", **again)
    world.set("investment", [3], "cancelled", True)
    world.set("investment", [4], "go_live", np.datetime64("NaT"))
    world.set("investment", [5], "life_months", np.nan)
    world.set("capacity", world.where("capacity", service="S08"), "target_utilisation", 0.5)
    world.set("commitment", [0], "expires", np.datetime64(world.shape.last) - 90)


def _waste(world: World, rng: np.random.Generator) -> None:
    seats = world.tables["licence"]
    seats["used_90d"][:4] = np.floor(seats["used_90d"][:4] / 2)
    seats["usage_seen"][:4] = seats["entitled"][:4]
    seats["usage_seen"][4] = np.floor(seats["entitled"][4] * 0.95)
    at, day = _rows(world, "asset", 60, rng), np.datetime64(world.shape.last)
    world.set("asset", at[:30], "last_used", day - 150)
    world.set("asset", at[30:40], "state", "disposed")
    world.set("asset", at[40:50], "state", "in_stock")
    world.set("asset", at[40:50], "state_since", day - 300)
    world.set("asset", at[:5], "spare", True)


def _contracts(world: World, _: np.random.Generator) -> None:
    names, day = world.col("agreement.id"), np.datetime64(world.shape.last)
    ours = np.array([str(name).startswith("B-") for name in names])
    world.set("agreement", ours, "auto_renew", True)
    for name, notice in (("B-01", day - 120), ("B-02", day + 20)):
        world.set("agreement", names == name, "notice_by", notice)
        world.set("agreement", names == name, "renewal_decided_on", np.datetime64("NaT"))
    world.set("purchase", slice(0, 6), "agreement", None)
    at = np.datetime64(day - 180, "us")
    world.append("purchase", id="PX1", supplier="V99", amount=9000.0, at=at)


def _work(world: World, rng: np.random.Generator) -> None:
    n = world.n("worklog")
    world.set("worklog", rng.random(n) < 0.1, "overtime", None)
    world.set("worklog", rng.random(n) < 0.2, "rate", np.nan)
    late = world.where("worklog", team="Network") & (rng.random(n) < 0.2)
    world.set("worklog", late, "overtime", True)
    done = np.flatnonzero(world.where("change", outcome="successful"))
    failed = rng.choice(done, 25, replace=False)
    world.set("change", failed, "outcome", "failed")
    world.set("change", failed[:10], "actual_downtime_h", 2.0)
