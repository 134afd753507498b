"""MG-12: Growth efficiency."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import (
    YEAR,
    Array,
    homed_cost,
    last_month,
    panel,
    revenue_base,
    revenue_rows,
)
from trueup.audit.stats.resample import block_bootstrap

MONTHS = 4 * YEAR
Cells = dict[tuple[str, ...], Array]


def judge(ctx: Context) -> Answer | Silent:
    """More revenue of a year for each euro more of spending, some quarters earlier."""
    base = revenue_base(ctx)
    if not base:
        return Silent("not_enough_evidence", "no recurring revenue is recorded")
    lag = int(float(ctx.params["lag"]))
    if 2 * YEAR + 3 * lag > MONTHS:
        return Silent("not_enough_evidence", "the lag is longer than the months looked at")
    paid, booked = _paid(ctx, base), _booked(ctx)
    spent = _with_invested(ctx, booked)
    n_min = 8 + lag
    names = sorted({k[0] for k in paid} & {k[0] for k in booked} - {""})
    if not paid or not booked:
        return Silent("not_enough_evidence", "no revenue or no spending is recorded")
    all_booked = np.asarray(sum(booked.values()), float)
    seen = _quarters(np.asarray(sum(paid.values()), float), all_booked, lag)
    whole = _estimate(ctx, sum(paid.values()), sum(spent.values()), lag, "*", seen)
    if isinstance(whole, Silent):
        return whole
    by = []
    for name in names:
        seen = _quarters(paid[(name,)], booked[(name,)], lag)
        one = _estimate(ctx, paid[(name,)], spent[(name,)], lag, name, seen)
        if isinstance(one, Estimate):
            by.append((Unit("service", name), one))
    return Answer(whole, tuple(by), n_min=n_min, unit_n_min=n_min)


def _paid(ctx: Context, base: str) -> Cells:
    rows = revenue_rows(ctx)
    mine = rows.filter(rows["base"] == base)
    return _cells(ctx, mine.group_by("service", "month").agg(amount=mine["amount"].sum()))


def _booked(ctx: Context) -> Cells:
    """Cost by service and month."""
    cost = homed_cost(ctx)
    rows = cost.group_by("month", service=cost["home"]).agg(amount=cost["amount"].sum())
    return _cells(ctx, rows)


def _with_invested(ctx: Context, booked: Cells) -> Cells:
    """The same with what was invested, in the month of the decision."""
    investment = ctx.table("investment")
    put = investment.group_by(
        "service", month=investment["decided_on"].truncate("M")
    ).agg(amount=investment["capex"].sum())  # fmt: skip
    out = dict(booked)
    for key, row in _cells(ctx, put).items():
        out[key] = out.get(key, np.zeros(MONTHS)) + row
    return out


def _cells(ctx: Context, rows: object) -> Cells:
    last = last_month(ctx)
    cells = panel(ctx.arrays(rows), ("service",), ("amount",), last - MONTHS + 1, last)
    return dict(zip(cells.keys, cells.values["amount"], strict=True))


def _quarters(paid: Array, booked: Array, lag: int) -> int:
    """The quarters of cost up to the last month; revenue may begin `lag` quarters later."""
    money, cost = (
        int(MONTHS - at[0]) // 3 if len(at := np.flatnonzero(series != 0)) else 0
        for series in (paid, booked)
    )
    return min(money + lag, cost) if money else 0


def _estimate(
    ctx: Context, paid: Array | int, spent: Array | int, lag: int, name: str, quarters: int
) -> Estimate | Silent:
    p, s = np.asarray(paid, float), np.asarray(spent, float)
    shift = 3 * lag
    window = slice(MONTHS - YEAR - shift, MONTHS - shift)
    before = slice(MONTHS - 2 * YEAR - shift, MONTHS - YEAR - shift)
    series = np.stack([p[-YEAR:], p[-2 * YEAR : -YEAR], s[window], s[before]], axis=1)
    more = float(series[:, 2].sum() - series[:, 3].sum())
    if quarters < 8 + lag:
        return Estimate(None, None, None, quarters)
    if more <= 0:
        return Silent("not_applicable", "spending did not grow, so it bought no growth")
    ring = block_bootstrap(series, _ratio, ctx.rng(name))
    return Estimate(ring.value, ring.low, ring.high, quarters, method="compared")


def _ratio(t: Array) -> Array:
    total = t.sum(-2)
    more = total[..., 2] - total[..., 3]
    return np.asarray((total[..., 0] - total[..., 1]) / np.where(more > 0, more, np.nan))


MEASURE = Measure(
    id="MG-12",
    indicator="growth_value",
    key=False,
    title="Growth efficiency",
    formula=(
        "delta R of 4 quarters / delta spend of the 4 quarters before: delta R = R(last 4) - "
        "R(4 before), delta spend = the same difference `lag` quarters earlier (parameter "
        "lag=4), spend = cost.amount + investment.capex by investment.decided_on"
    ),
    tables=("revenue", "cost", "investment"),
    unit="ratio",
    direction="up",
    grain=("service", "organisation"),
    n_min="8 quarters plus the lag",
    method="block bootstrap; rank test",
    target=1,
    limit=0.3,
    caveats="lag fixed in advance; not causal",
    tier=5,
    judge=judge,
    uses=("cost.service", "investment.capex", "revenue.one_off"),
)
