"""MB-03: Spent plus promised."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


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
)
