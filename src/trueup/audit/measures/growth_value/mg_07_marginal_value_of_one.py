"""MG-07: Marginal value of one more unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import (
    YEAR,
    Array,
    homed_cost,
    last_month,
    months_in,
    panel,
    revenue_base,
    revenue_rows,
)
from trueup.audit.stats.trend import slope_draws, slope_of
from trueup.audit.usage import usage_panel

MONTHS = 3 * YEAR
LEAST = 24
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Marginal:
    """One service: what one more unit brings and costs, with draws, and its monthly use."""

    service: str
    revenue: float
    cost: float
    draws: Array
    units: float
    months: int


def judge(ctx: Context) -> Answer | Silent:
    """Revenue less cost of one more unit a month, by service, and their mean by use."""
    if not revenue_base(ctx):
        return Silent("not_enough_evidence", "no recurring revenue is recorded")
    found = _found(ctx)
    if not found:
        return Silent("not_enough_evidence", f"{LEAST} months of revenue, cost and use are needed")
    by = tuple((Unit("service", m.service), _estimate([m])) for m in found)
    return Answer(_estimate(found), by, n_min=LEAST, unit_n_min=LEAST, parts=_parts(found))


def _parts(found: list[Marginal]) -> dict[str, float | str | None]:
    weight = np.array([m.units for m in found])
    return {
        "revenue of one more": float(weight @ [m.revenue for m in found] / weight.sum()),
        "cost of one more": float(weight @ [m.cost for m in found] / weight.sum()),
    }


def _found(ctx: Context) -> list[Marginal]:
    last = last_month(ctx)
    first = last - MONTHS + 1
    revenue, cost = revenue_rows(ctx), homed_cost(ctx)
    r = revenue.filter(revenue["base"] == revenue_base(ctx))
    paid = _cells(ctx, r.group_by("service", "month").agg(amount=r["amount"].sum()), first)
    c = cost.filter(months_in(cost["month"], first, last) & cost["home"].notnull())
    spent = _cells(ctx, c.group_by("month", service=c["home"]).agg(amount=c["amount"].sum()), first)
    used = usage_panel(ctx, MONTHS)
    lag = int(float(ctx.params["mv_lag"]))
    out = []
    for key, units, seen in zip(used.keys, used.values["units"], used.seen, strict=True):
        if key in paid and key in spent:
            months = np.flatnonzero((paid[key] != 0) & (spent[key] != 0) & seen)
            if len(months) < LEAST:
                continue
            since = slice(int(months[0]), None)
            series = (paid[key][since], spent[key][since], units[since])
            one = _one(ctx, key[0], series, lag)
            out += [one] if one else []
    return out


def _cells(ctx: Context, rows: object, first: int) -> dict[tuple[str, ...], Array]:
    cells = panel(ctx.arrays(rows), ("service",), ("amount",), first, first + MONTHS - 1)
    return dict(zip(cells.keys, cells.values["amount"], strict=True))


def _one(
    ctx: Context, service: str, series: tuple[Array, Array, Array], lag: int
) -> Marginal | None:
    paid, spent, units = series
    dr, dc, du = np.diff(paid), np.diff(spent), np.diff(units)
    if lag:
        du, dr, dc = du[:-lag], dr[lag:], dc[lag:]
    mr, mc = slope_of(du, dr), slope_of(du, dc)
    if not (np.isfinite(mr) and np.isfinite(mc)):
        return None
    rng = ctx.rng(service)
    draws = slope_draws(du, dr, rng, draws=DRAWS) - slope_draws(du, dc, rng, draws=DRAWS)
    return Marginal(service, mr, mc, draws, float(units.mean()), len(du) + 1)


def _estimate(found: list[Marginal]) -> Estimate:
    weight = np.array([m.units for m in found])
    weight = weight / weight.sum()
    value = float(sum(w * (m.revenue - m.cost) for w, m in zip(weight, found, strict=True)))
    drawn = np.sum([w * m.draws for w, m in zip(weight, found, strict=True)], axis=0)
    low, high = (float(q) for q in np.quantile(drawn, [0.05, 0.95]))
    n = min(m.months for m in found)
    return Estimate(value, min(low, value), max(high, value), n, method="modelled")


MEASURE = Measure(
    id="MG-07",
    indicator="growth_value",
    key=False,
    title="Marginal value of one more unit",
    formula=(
        "MV = MR - MC; MR = Theil-Sen slope of delta R on delta U, MC = slope of delta cost on "
        "delta U per month, lag fixed beforehand (parameter lag=0, 0..2)"
    ),
    tables=("revenue", "cost", "usage"),
    unit="money/unit",
    direction="up",
    grain=("service",),
    n_min="24 months",
    method="Theil-Sen, block bootstrap (3 months)",
    target=0,
    limit=0,
    caveats="step costs: report the next step and its volume",
    tier=5,
    judge=judge,
    uses=("cost.service", "revenue.one_off"),
)
