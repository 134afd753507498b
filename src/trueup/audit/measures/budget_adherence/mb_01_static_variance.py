"""MB-01: Static variance."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Measure, Silent, Unit
from trueup.audit.money import Plan, financial_year, last_month, plan


def judge(ctx: Context) -> Answer | Silent:
    """Actual less planned of planned, from the start of the financial year to the last month."""
    p = plan(ctx)
    actual, planned, months = to_date(ctx, p)
    if planned.sum() <= 0:
        return Silent("not_enough_evidence", "no budget of the financial year is recorded")
    whole = exact(float(actual.sum() / planned.sum()) - 1, months)
    by = []
    for place, kind in ((0, "line"), (1, "service")):
        names = p.cells.named(place)
        for name in sorted(set(names) - {""}):
            mine = names == name
            base = float(planned[mine].sum())
            if base > 0:
                value = float(actual[mine].sum()) / base - 1
                by.append((Unit(kind, str(name)), exact(value, months)))
    return Answer(whole, tuple(by), n_min=1, unit_n_min=1, parts={"not budgeted": p.loose})


def to_date(ctx: Context, p: Plan) -> tuple[np.ndarray, np.ndarray, int]:
    """Actual and planned per cell of the closed months of the financial year, and how many."""
    start, _ = financial_year(ctx)
    span = slice(start - p.cells.first, last_month(ctx) - p.cells.first + 1)
    return p["actual"][:, span].sum(1), p["planned"][:, span].sum(1), last_month(ctx) - start + 1


MEASURE = Measure(
    id="MB-01",
    indicator="budget_adherence",
    key=False,
    title="Static variance",
    formula=("(A - B)/B year to date, A = sum of cost.amount, B = sum of budget.amount per line"),
    tables=("cost", "budget"),
    unit="share",
    direction="context",
    grain=("line", "service", "organisation"),
    n_min="1 closed month",
    method="exact",
    target="context",
    limit="context",
    caveats="misleads when volume moved: always shown with MB-02",
    tier=4,
    judge=judge,
    needs=("cost.line",),
    uses=("budget.service",),
)
