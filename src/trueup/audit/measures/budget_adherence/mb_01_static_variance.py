"""MB-01: Static variance."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


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
)
