"""MG-05: Full unit cost."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-05",
    indicator="growth_value",
    key=False,
    title="Full unit cost",
    formula=(
        "c = sum of cost.amount of the service (direct, and allocated where booked on it) / sum"
        " of usage.units per month; value = c(last 12)/c(12 before) - 1; direct-only shown "
        "beside it"
    ),
    tables=("cost", "usage"),
    unit="share/year",
    direction="down",
    grain=("service",),
    n_min="12 months",
    method="XmR on log scale; change point",
    target=0,
    limit=0.10,
    caveats="allocation keys move it: freeze keys",
    tier=5,
    judge=judge,
)
