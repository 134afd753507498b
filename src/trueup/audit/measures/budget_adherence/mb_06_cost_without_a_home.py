"""MB-06: Cost without a home."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Measure, Silent, Unit
from trueup.audit.money import homed_cost, this_year


def judge(ctx: Context) -> Answer | Silent:
    """Cost of the last year that belongs to no service and that nobody owns, of all cost."""
    if (silence := unwritten(ctx)) is not None:
        return silence
    got = homes(ctx)
    total = float(got["amount"].sum())
    if total <= 0:
        return Silent("not_enough_evidence", "no cost is booked in the last twelve months")
    months = len(np.unique(got["month"]))
    whole = exact(float(got["homeless"].sum()) / total, months)
    by = []
    for line in sorted({str(v) for v in got["line"] if v}):
        mine = got["line"] == line
        spent = float(got["amount"][mine].sum())
        if spent > 0:
            n = len(np.unique(got["month"][mine]))
            by.append((Unit("line", line), exact(float(got["homeless"][mine].sum()) / spent, n)))
    alone = float(got["serviceless"].sum()) / total
    return Answer(
        whole, tuple(by), n_min=1, unit_n_min=1, parts={"without a service": alone, "cost": total},
        numerator=lambda: _rows(ctx),
    )  # fmt: skip


def unwritten(ctx: Context) -> Silent | None:
    """Silence where a pack records no column that could give cost a home (method 3.0)."""
    names = ("cost.service", "cost.ci", "cost.agreement", "cost.owner", "cost.allocation_key")
    if any(held(ctx, name) for name in names):
        return None
    return Silent("not_enough_evidence", "no home of cost is recorded", names[::3])


def _rows(ctx: Context) -> pa.Table:
    """The rows of cost of the last year that have no home."""
    cost = homed_cost(ctx)
    mine = cost.filter(this_year(ctx, cost["month"]) & homeless(cost))
    return ctx.fetch(mine.select(table=ibis.literal("cost"), id=mine["row"]).order_by("id"))


def homeless(cost: Any) -> Any:
    """Whether a cost row has neither a service, nor a key that shares it out, nor an owner."""
    return cost["home"].isnull() & cost["allocation_key"].isnull() & cost["owner"].isnull()


def homes(ctx: Context) -> dict[str, Any]:
    """Cost of the last twelve closed months by line and month, and what of it has no home."""

    def read(ctx: Context) -> dict[str, Any]:
        cost = homed_cost(ctx)
        mine = cost.filter(this_year(ctx, cost["month"]))
        no_home, no_service = (
            homeless(mine),
            mine["home"].isnull() & mine["allocation_key"].isnull(),
        )
        return ctx.arrays(
            mine.group_by("line", "month").agg(
                amount=mine["amount"].sum(), rows=mine.count(),
                homeless=mine["amount"].sum(where=no_home).fill_null(0),
                homeless_rows=no_home.cast("int64").sum(),
                serviceless=mine["amount"].sum(where=no_service).fill_null(0),
            ).order_by("line", "month")
        )  # fmt: skip

    found: dict[str, Any] = ctx.value("homes", read)
    return found


MEASURE = Measure(
    id="MB-06",
    indicator="budget_adherence",
    key=True,
    title="Cost without a home",
    formula=(
        "sum of cost.amount with no service (cost.service, else through cost.ci by relation or "
        "cost.agreement) and no cost.owner / sum of cost.amount; share without a service beside"
        " it"
    ),
    tables=("cost",),
    unit="share",
    direction="down",
    grain=("organisation", "line"),
    n_min="1 month",
    method="exact",
    target=0.10,
    limit=0.25,
    caveats="a shared platform with a key has a home",
    tier=4,
    judge=judge,
    uses=(
        "cost.service",
        "cost.ci",
        "cost.agreement",
        "cost.owner",
        "cost.line",
        "cost.allocation_key",
    ),
)
