"""F01: Over budget for a reason we control."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Probe, Rows, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_02_flexed_variance_split import Split, split_of
from trueup.audit.money import (
    YEAR,
    Plan,
    financial_year,
    homed_cost,
    last_month,
    materiality,
    months_in,
    plan,
)

GOOD_SHOWN = 20


def ask(ctx: Context) -> Probe | Silent:
    """Lines whose price and efficiency parts leave the budget by more than the limit, to date."""
    p = plan(ctx)
    start, _ = financial_year(ctx)
    split = split_of(ctx, p, start, last_month(ctx))
    n = int(split.driven.sum())
    if n == 0:
        gaps = ctx.missing("cost.quantity", "budget.standard_price", "budget.standard_quantity")
        return Silent("not_enough_evidence", "no line has a driver with price and quantity", gaps)
    units = []
    for place, kind in ((0, "line"), (1, "service")):
        names = p.cells.named(place)
        for name in sorted(set(names[split.driven]) - {""}):
            units.append(_case(ctx, Unit(kind, str(name)), p, split, names == name))
    out = [u for u in units if u.tripped]
    lines = sum(u.unit.kind == "line" for u in units)
    whole = Case(
        ORGANISATION, exact(len(out) / max(len(units), 1), n),
        sum(u.unit.kind == "line" for u in out), lines, tripped=bool(out),
    )  # fmt: skip
    return Probe(lines, lines, whole, tuple(units), floor=1)


def _case(ctx: Context, unit: Unit, p: Plan, split: Split, mine: Any) -> Case:
    use = mine & split.driven
    base, parts = float(split.planned[use].sum()), split.price + split.efficiency
    off = float(parts[use].sum())
    value = off / base if base > 0 else 0.0
    start, _ = financial_year(ctx)
    months = last_month(ctx) - start + 1
    yearly = abs(off) * YEAR / months
    tripped = abs(value) > ctx.number("limit") and abs(off) > materiality(ctx)
    lines = sorted({p.cells.keys[i][0] for i in np.flatnonzero(use)})
    efficient = abs(float(split.efficiency[use].sum())) > abs(float(split.price[use].sum()))
    return Case(
        unit, exact(value, months), len(lines) if tripped else 0, len(lines), tripped=tripped,
        branch="efficiency" if efficient else "price",
        bad=_listed(ctx, lines, start, True), good=_listed(ctx, lines, start, False),
        effect=Effect(money=(yearly, yearly, yearly)) if off > 0 else Effect(),
        words={
            "share": f"{abs(value):.0%}", "side": "above" if off > 0 else "below",
            "part": "quantity per output" if efficient else "price",
            "money": f"{abs(off):,.0f} {ctx.currency}",
        },
    )  # fmt: skip


def _listed(ctx: Context, lines: list[str], start: int, bad: bool) -> Rows:
    """The cost rows of the lines, and as counter-examples those of the others."""

    def make() -> pa.Table:
        cost = homed_cost(ctx)
        mine = cost.filter(months_in(cost["month"], start, last_month(ctx)))
        inside = mine["line"].isin(lines)
        mine = mine.filter(inside if bad else (mine["line"].notnull() & ~inside))
        rows = mine.select(
            table=ibis.literal("cost"), id=mine["row"],
            why=ibis.literal("line ") + mine["line"] + ": " + mine["amount"].cast("string"),
        ).order_by("id")  # fmt: skip
        return ctx.backend.fetch(rows if bad else rows.limit(GOOD_SHOWN))

    return make


CHECK = Check(
    id="F01",
    area="Finance",
    title="Over budget for a reason we control",
    question="Is the variance price or efficiency, not volume?",
    tables=("cost", "budget"),
    rule=(
        "MB-02: abs(price part + efficiency part) / budget > limit and > materiality, year to "
        "date. [unit: line, service]"
    ),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "ITIL Service financial management", "FitSM GR4.1"),
    causes=("price rise", "waste"),
    do_first="top three lines by part",
    effective_when="part within +- 2 % for 3 months",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
    needs=("cost.line", "cost.quantity", "budget.standard_price", "budget.standard_quantity"),
    uses=("budget.planned_units", "budget.service", "usage.units"),
    headline="{unit} is {share} {side} budget by its {part} alone: {money}.",
    should_be="Price and quantity per unit of output stay within 5 % of the budget.",
    matters="This part of the variance is ours to steer; more work is not.",
    measure="MB-02",
    owner_role="budget owner",
)
