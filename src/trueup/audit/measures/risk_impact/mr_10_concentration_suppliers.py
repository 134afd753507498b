"""MR-10: Concentration: suppliers."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-10",
    indicator="risk_impact",
    key=False,
    title="Concentration: suppliers",
    formula=(
        "critical services resting on one supplier (agreement.supplier, underpinning.supplier, "
        "ci.supplier through relation); HHI of purchase.amount; value = share of those services"
        " with a plan (a risk row treated or accepted, review not overdue)"
    ),
    tables=("service", "supplier", "agreement"),
    unit="share",
    direction="up",
    grain=("service", "supplier"),
    n_min="1 critical service",
    method="exact",
    target=1,
    limit="none has a plan",
    caveats="fourth parties unknown",
    tier=4,
    judge=judge,
)
