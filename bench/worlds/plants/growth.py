"""Defects of value: not invoiced, sold at a loss, not looked back on, undone, turned away."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import Array
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.service_level import largest
from bench.worlds.world import World


def last_year(world: World, table: str) -> Array:
    """The rows of the twelve months of the period."""
    return world.inside(f"{table}.month", np.datetime64(world.shape.first, "D"))


@plant("G01", variant="leakage")
def not_invoiced(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Use beyond the first half is not invoiced, to one large customer or to all of a service."""
    revenue = world.tables["revenue"]
    first = largest(world)[0]
    hit = last_year(world, "revenue") & world.where("revenue", service=["S04", "S07"])
    if size == "medium":
        hit &= (revenue["customer"] == first) & (revenue["service"] == "S07")
    due = revenue["amount"][hit]
    revenue["amount"][hit] = np.round(due * {"medium": 0.6, "large": 0.45}[size], 2)
    mine = revenue["customer"][hit] == first
    mine &= revenue["service"][hit] == "S07"
    paid = revenue["amount"][hit][mine].sum()
    return Truth("G01", ("agreement", f"K-{first}-S07"), "leakage",
                 float((due[mine].sum() - paid) / paid),
                 also=(("customer", first), ("service", "S07")))  # fmt: skip


@plant("G01", variant="elasticity")
def flat_price(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Use of a service grows fast, and its contracts include all of it at last year's price."""
    service = "S04"
    usage, revenue = world.tables["usage"], world.tables["revenue"]
    agreement, cost = world.tables["agreement"], world.tables["cost"]
    growth = {"medium": 0.2, "large": 0.6}[size]
    before = {m: usage["units"][(usage["service"] == service) & (usage["month"] == m)].sum()
              for m in np.unique(usage["month"])}  # fmt: skip
    for customer in world.notes["used"]:
        rows = np.flatnonzero((usage["service"] == service) & (usage["customer"] == customer))
        year = np.maximum(np.arange(24) - 11, 0) / 6
        pace = max(growth * rng.lognormal(0, 0.5), 0.03)
        usage["units"][rows] = np.round(usage["units"][rows] * (1 + pace * np.minimum(year, 1)))
        mine = (revenue["service"] == service) & (revenue["customer"] == customer)
        month = round(float(revenue["amount"][mine][:12].mean()), 2)
        revenue["amount"][mine] = np.round(month * rng.normal(1, 0.004, 24), 2)
        name = agreement["id"] == f"K-{customer}-{service}"
        agreement["price_month"][name] = month * 0.99
        agreement["included_units"][name] = usage["units"][rows].max() * 2
        agreement["overage_price"][name] = 0.01
    for line in (f"{service} cloud", f"{service} external"):
        rows = cost["line"] == line
        now = np.array([usage["units"][(usage["service"] == service)
                                       & (usage["month"] == m)].sum() / before[m]
                        for m in cost["month"][rows]])  # fmt: skip
        for column in ("amount", "quantity"):
            cost[column][rows] = np.round(cost[column][rows] * now, 4)
    return Truth("G01", ("service", service), "elasticity", 0.0)


@plant("G02", variant="service")
def dear_to_make(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A service costs more in what follows its use than it brings."""
    cost, revenue = world.tables["cost"], world.tables["revenue"]
    brought = revenue["amount"][last_year(world, "revenue") & (revenue["service"] == "S11")].sum()
    mine = world.where("cost", service="S11", behaviour="variable") & last_year(world, "cost")
    spent = cost["amount"][mine].sum()
    factor = float(brought / spent) * {"medium": 1.12, "large": 1.6}[size]
    for column in ("amount", "quantity"):
        cost[column][mine] = np.round(cost[column][mine] * factor, 4)
    value = float(1 - cost["amount"][mine].sum() / brought)
    return Truth("G02", ("service", "S11"), value=value)


@plant("G02", variant="customer")
def sold_too_cheap(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One customer's prices are below what its use costs."""
    customer = largest(world)[3]
    factor = {"medium": 0.11, "large": 0.06}[size]
    names = world.col("agreement.id")[world.where("agreement", customer=customer)]
    mine = world.where("revenue", customer=customer)
    tiers = np.isin(world.col("agreement_tier.agreement"), names)
    deal = world.where("agreement", customer=customer)
    for column, rows in (
        ("revenue.amount", mine),
        ("agreement_tier.unit_price", tiers),
        ("agreement.price_month", deal),
        ("agreement.overage_price", deal),
    ):
        world.col(column)[rows] = np.round(world.col(column)[rows] * factor, 4)
    return Truth("G02", ("customer", customer), value=margin(world, customer))


def margin(world: World, customer: str) -> float:
    """A customer's revenue less its part of the variable cost by use, of the revenue."""
    usage, cost = world.tables["usage"], world.tables["cost"]
    brought = world.col("revenue.amount")[
        last_year(world, "revenue") & world.where("revenue", customer=customer)
    ].sum()
    spent = 0.0
    for service in world.notes["used"][customer]:
        for month in np.array(world.shape.months[-12:], "M8[D]"):
            rows = (usage["service"] == service) & (usage["month"] == month)
            part = usage["units"][rows & (usage["customer"] == customer)].sum()
            moves = world.where("cost", service=service, behaviour="variable")
            money = cost["amount"][moves & (cost["month"] == month)].sum()
            spent += money * part / usage["units"][rows].sum()
    return float(1 - spent / brought)


@plant("G03", variant="review")
def not_looked_back(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Investments whose review was due last year and never held."""
    rows = np.arange(2, 2 + {"medium": 1, "large": 4}[size])
    investment = world.tables["investment"]
    investment["review_due"][rows] = world.as_of.astype("M8[D]") - 130 - 10 * rows
    investment["reviewed_on"][rows] = np.datetime64("NaT")
    return Truth("G03", ("service", str(investment["service"][2])), "not reviewed")


@plant("G03", variant="benefit")
def promise_missed(world: World, size: str, rng: np.random.Generator) -> Truth:
    """An investment brings a part of what it promised."""
    benefit, investment = world.tables["benefit"], world.tables["investment"]
    mine = benefit["investment"] == "IV01"
    benefit["amount"][mine] = np.round(benefit["amount"][mine]
                                       * {"medium": 0.42, "large": 0.12}[size], 2)  # fmt: skip
    years = (world.as_of.astype("M8[D]") - investment["go_live"][0]).astype(int) / 365.25
    value = benefit["amount"][mine].sum() / (years * investment["benefit_mode"][0])
    return Truth("G03", ("service", str(investment["service"][0])), "benefit missing",
                 float(value))  # fmt: skip


@plant("G04")
def left_undone(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A service loses far more each year than what would prevent it."""
    risk, investment = world.tables["risk"], world.tables["investment"]
    rate = {"medium": 5.5, "large": 12.0}[size]
    row = int(np.flatnonzero(risk["service"] == "S05")[0])
    for column, factor in (("low", 0.7), ("mode", 1.0), ("high", 1.35)):
        risk[f"per_year_{column}"][row] = rate * factor
    risk["appetite"][row] = 3_000_000
    loss, years = risk["loss_mode"][row], 2.0
    old = world.where("risk_event", risk=str(risk["id"][row]))
    world.drop("risk_event", old)
    n = int(rng.poisson(rate * years))
    at = world.as_of - np.sort(rng.uniform(2, 728, n) * 24 * 60).astype("m8[m]")
    world.append("risk_event", risk=str(risk["id"][row]), at=at,
                 loss=np.round(drawn(rng, float(loss), n), 2))  # fmt: skip
    sums = [drawn(rng, float(loss), k).sum() for k in rng.poisson(rate, 4000)]
    fix = np.flatnonzero(investment["service"] == "S05")[-1]
    price = investment["capex"][fix] + 12 * investment["opex_change_month"][fix]
    return Truth("G04", ("service", "S05"), value=float(np.median(sums) / price))


def drawn(rng: np.random.Generator, loss: float, n: int) -> Array:
    """Losses in the range that the register states: half to a bit more than twice the mode."""
    low, high = 0.5 * loss, 2.2 * loss
    a, b = 1 + 4 * (loss - low) / (high - low), 1 + 4 * (high - loss) / (high - low)
    return np.asarray(low + (high - low) * rng.beta(a, b, n))


@plant("G05")
def turned_away(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Many ask for something that a service does not offer."""
    rate, each = {"medium": (24.0, 260.0), "large": (90.0, 260.0)}[size]
    months = np.array(world.shape.months[-12:], "M8[D]")
    world.append("lost_demand", service="S04", month=months, count=rng.poisson(rate, 12),
                 reason="no room", average_value=each)  # fmt: skip
    return Truth("G05", ("service", "S04"), value=rate * 12 * each)
