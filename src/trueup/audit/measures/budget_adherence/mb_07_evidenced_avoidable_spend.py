"""MB-07: Evidenced avoidable spend."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-07",
    indicator="budget_adherence",
    key=True,
    title="Evidenced avoidable spend",
    formula=(
        "sum of the money of MB-08..MB-14 after de-duplication / sum of cost.amount of 12 "
        "months; each euro once, precedence contract > licence > asset > service > labour"
    ),
    tables=("cost",),
    unit="share",
    direction="down",
    grain=("organisation",),
    n_min="parts evaluable for >= 60 % of cost",
    method="sum of draws of the parts",
    target=0.03,
    limit=0.08,
    caveats="only what a person could stop; sunk cost is not avoidable",
    tier=4,
    judge=judge,
)
