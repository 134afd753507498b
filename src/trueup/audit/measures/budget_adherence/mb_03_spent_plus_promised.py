"""MB-03: Spent plus promised."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Measure, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_01_static_variance import to_date
from trueup.audit.money import YEAR, financial_year, last_month, plan


def judge(ctx: Context) -> Answer | Silent:
    """Spent and promised of the year's budget, less the share of the year that is over."""
    p = plan(ctx)
    actual, _, months = to_date(ctx, p)
    start, end = financial_year(ctx)
    year = p["planned"][:, start - p.cells.first : end - p.cells.first + 1]
    if year.sum() <= 0:
        return Silent("not_enough_evidence", "no budget of the financial year is recorded")
    open_, stale = commitments(ctx)
    names = p.cells.named(0)
    over = last_month(ctx) - start + 1
    by = []
    lines = sorted(set(names) - {""})
    for line in lines:
        mine = names == line
        annual = float(year[mine].sum())
        if annual > 0:
            spent = float(actual[mine].sum()) + open_.get(line, 0.0)
            expected = float(year[mine][:, :over].sum()) / annual
            by.append((Unit("line", str(line)), exact(spent / annual - expected, months)))
    promised = sum(open_.get(line, 0.0) for line in lines)
    value = (float(actual.sum()) + promised - float(year[:, :over].sum())) / float(year.sum())
    return Answer(
        exact(value, months), tuple(by), n_min=1, unit_n_min=1,
        parts={"promised": promised, "stale promises": sum(stale.values()),
               "months left": float(YEAR - over)},
    )  # fmt: skip


def commitments(ctx: Context) -> tuple[dict[str, float], dict[str, float]]:
    """Open promises by line: those that hold, and those past their day."""
    if not ctx.has("commitment"):
        return {}, {}

    def read(ctx: Context) -> Any:
        c = ctx.table("commitment")
        gone = (c["expires"] < ctx.today).fill_null(False)
        rows = ctx.rows(
            c.group_by("line").agg(
                holds=c["open_amount"].sum(where=~gone), stale=c["open_amount"].sum(where=gone)
            ).order_by("line")
        )  # fmt: skip
        return (
            {r["line"]: float(r["holds"] or 0) for r in rows},
            {r["line"]: float(r["stale"] or 0) for r in rows if r["stale"]},
        )

    found: tuple[dict[str, float], dict[str, float]] = ctx.value("commitments", read)
    return found


MEASURE = Measure(
    id="MB-03",
    indicator="budget_adherence",
    key=False,
    title="Spent plus promised",
    formula=(
        "(sum cost.amount + sum commitment.open_amount)/annual budget.amount - expected share "
        "of the year (seasonal profile of the budget months)"
    ),
    tables=("cost", "budget", "commitment"),
    unit="share",
    direction="down",
    grain=("line", "organisation"),
    n_min="1 closed month",
    method="exact",
    target=0.05,
    limit=0.15,
    caveats=(
        "stale purchase orders inflate it: commitments with commitment.expires past are listed "
        "apart"
    ),
    tier=4,
    judge=judge,
    needs=("cost.line",),
    uses=("commitment.expires",),
)
