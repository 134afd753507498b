"""MG-12: Growth efficiency."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-12",
    indicator="growth_value",
    key=False,
    title="Growth efficiency",
    formula=(
        "delta R of 4 quarters / delta spend of the 4 quarters before: delta R = R(last 4) - "
        "R(4 before), delta spend = the same difference `lag` quarters earlier (parameter "
        "lag=4), spend = cost.amount + investment.capex by investment.decided_on"
    ),
    tables=("revenue", "cost", "investment"),
    unit="ratio",
    direction="up",
    grain=("service", "organisation"),
    n_min="8 quarters plus the lag",
    method="block bootstrap; rank test",
    target=1,
    limit=0.3,
    caveats="lag fixed in advance; not causal",
    tier=5,
    judge=judge,
)
