"""MR-12: Recovery ability."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-12",
    indicator="risk_impact",
    key=True,
    title="Recovery ability",
    formula=(
        "critical live services with a recovery_test.ok = true in 12 months and "
        "recovery_test.achieved_h <= service.rto_h / critical live services"
    ),
    tables=("service", "recovery_test"),
    unit="share",
    direction="up",
    grain=("service", "organisation"),
    n_min="all critical services",
    method="exact",
    target=1,
    limit=0.80,
    caveats="tests on paper count half and as grade C (column missing)",
    tier=6,
    judge=judge,
)
