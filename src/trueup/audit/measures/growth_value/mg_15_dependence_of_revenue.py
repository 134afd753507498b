"""MG-15: Dependence of revenue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.decide import ends, worse
from trueup.audit.declare import Answer, Estimate, Measure, Silent
from trueup.audit.money import revenue_base, revenue_rows, this_year, unpaid
from trueup.audit.stats.concentration import hhi

DAYS = 180
LEAST = 30


def judge(ctx: Context) -> Answer | Silent:
    """The largest customer's share of the revenue of twelve months that names its customer."""
    if revenue_base(ctx) != "invoice":
        return Silent("not_applicable", "internal IT: no customer pays an invoice")
    rows = revenue_rows(ctx)
    mine = rows.filter((rows["base"] == "invoice") & this_year(ctx, rows["month"]))
    got = ctx.arrays(
        mine.group_by("customer").agg(amount=mine["amount"].sum().cast("float64"))
        .order_by("customer")
    )  # fmt: skip
    every = float(got["amount"].sum())
    known = np.array([c is not None for c in got["customer"]], dtype=bool)
    got = {name: values[known] for name, values in got.items()}
    paid = {str(c): float(a) for c, a in zip(got["customer"], got["amount"], strict=True) if a > 0}
    total = sum(paid.values())
    if total <= 0 or every <= 0:
        return Silent("not_enough_evidence", "no invoice of a customer in twelve months")
    largest = max(sorted(paid), key=lambda c: paid[c])
    ending = _ending(ctx)
    unhappy = _unhappy(ctx)
    return Answer(
        replace(exact(paid[largest] / total, len(paid)), coverage=min(1.0, total / every)),
        n_min=1,
        parts={"largest": largest, "HHI": hhi(got["amount"][got["amount"] > 0]),
               "ends within 180 days": sum(paid.get(c, 0.0) for c in ending),
               "of these with a red customer measure": sum(
                   paid.get(c, 0.0) for c in ending & unhappy)},
    )  # fmt: skip


def _ending(ctx: Context) -> set[str]:
    """Customers with an agreement whose notice day or end comes within half a year."""
    a, today = ctx.table("agreement"), ctx.today
    until = today + timedelta(days=DAYS)
    near = a["notice_by"].between(today, until) | a["end"].between(today, until)
    mine = a.filter(a["customer"].notnull() & near.fill_null(False))
    return {row["customer"] for row in ctx.rows(mine.select("customer").distinct())}


def _unhappy(ctx: Context) -> set[str]:
    """Customers for whom a measure of the communication indicator is wholly beyond its limit."""
    out: set[str] = set()
    for id, measure in sorted(ctx.asks.items()):
        if not isinstance(measure, Measure) or measure.indicator != "communication":
            continue
        if not measure.key or ctx.missing(*measure.tables, *measure.needs):
            continue
        answer = ctx.answer(id)
        if not isinstance(answer, Answer) or not isinstance(measure.limit, int | float):
            continue
        way = "down" if measure.direction == "band" else measure.direction
        for unit, e in answer.by:
            sure = unit.kind == "customer" and isinstance(e, Estimate) and e.n >= LEAST
            if sure and e.value is not None and worse(ends(e, measure.direction)[0],
                                                      float(measure.limit), way):  # fmt: skip
                out.add(unit.id)
    return out


MEASURE = Measure(
    id="MG-15",
    indicator="growth_value",
    key=False,
    title="Dependence of revenue",
    formula=(
        "HHI = sum of s_i^2, s_i = customer share of revenue.amount in 12 months; value = "
        "largest share; revenue of agreements whose agreement.notice_by or agreement.end lies "
        "within 180 days and whose customer has a red communication measure"
    ),
    tables=("revenue", "agreement"),
    unit="share",
    direction="down",
    grain=("organisation",),
    n_min="all customers",
    method="exact",
    target=0.25,
    limit=0.50,
    caveats="internal IT: not applicable",
    tier=5,
    judge=judge,
    needs=("revenue.customer",),
    uses=("agreement.notice_by", "agreement.end"),
    apart=lambda ctx: unpaid(ctx, "none", "chargeback"),
)
