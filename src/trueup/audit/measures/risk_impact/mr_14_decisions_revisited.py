"""MR-14: Decisions revisited."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-14",
    indicator="risk_impact",
    key=False,
    title="Decisions revisited",
    formula=(
        "decisions with amount >= materiality that have a locked prediction and "
        "decision.reviewed_on <= decision.review_on + 30 days / those due; median "
        "abs(ln(decision.actual / sqrt(predicted_low x predicted_high)))"
    ),
    tables=("decision",),
    unit="share",
    direction="up",
    grain=("organisation",),
    n_min="10",
    method="Wilson, bootstrap",
    target=0.80,
    limit=0.50,
    caveats="",
    tier=6,
    judge=judge,
)
