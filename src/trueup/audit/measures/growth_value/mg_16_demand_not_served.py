"""MG-16: Demand not served."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import months_of, row_id
from trueup.audit.stats.intervals import poisson_exact

DRAWS = 2000


def judge(ctx: Context) -> Answer | Silent:
    """The value of lost cases a month: their number is Poisson, their value is drawn anew."""
    got = lost_cases(ctx)
    if int(got["count"].sum()) == 0:
        return Silent("not_enough_evidence", "no lost demand was recorded in the period")
    every = np.ones(len(got["count"]), dtype=bool)
    by = tuple(
        (Unit("service", name), _estimate(ctx, got, got["service"] == name, name))
        for name in sorted({str(s) for s in got["service"] if s})
    )
    return Answer(_estimate(ctx, got, every, "*"), by, n_min=30, unit_n_min=30)


def lost_cases(ctx: Context) -> dict[str, Any]:
    """The rows of lost demand in the period that have a value."""
    t = ctx.table("lost_demand")
    inside = (t["month"] >= ctx.period.first) & (t["month"] <= ctx.period.last)
    mine = t.filter(inside & (t["count"] > 0))
    return ctx.arrays(
        mine.select(
            "service", "count", "reason", id=row_id(mine, "lost_demand"),
            value=mine["average_value"].cast("float64").fill_null(0.0),
        ).order_by("id", "service", "reason")
    )  # fmt: skip


def _estimate(ctx: Context, got: dict[str, Any], mine: Any, name: str) -> Estimate:
    count, value = got["count"][mine].astype(float), got["value"][mine]
    n = int(count.sum())
    months = months_of(ctx)
    mean = float((count * value).sum()) / n if n else 0.0
    rng = ctx.rng(name)
    rows = rng.integers(0, len(count), size=(DRAWS, len(count)))
    means = (count * value)[rows].sum(1) / count[rows].sum(1)
    drawn = rng.gamma(n + 0.5, 1.0, DRAWS) * means / months
    low, high = np.quantile(drawn, [0.05, 0.95])
    own = poisson_exact(n).value * mean / months
    return Estimate(own, min(float(low), own), max(float(high), own), n, grade="C")


MEASURE = Measure(
    id="MG-16",
    indicator="growth_value",
    key=False,
    title="Demand not served",
    formula=(
        "sum of lost_demand.count x lost_demand.average_value per month (rejected, abandoned, "
        "searches without result)"
    ),
    tables=("lost_demand",),
    unit="money/month",
    direction="down",
    grain=("service",),
    n_min="30 lost cases",
    method="exact Poisson x bootstrap of the value",
    target="context",
    limit="context",
    caveats="the value is imputed: grade C",
    tier=5,
    judge=judge,
    needs=("lost_demand.average_value",),
    uses=("lost_demand.service", "lost_demand.reason"),
)
