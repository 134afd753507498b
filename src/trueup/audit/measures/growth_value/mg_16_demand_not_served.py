"""MG-16: Demand not served."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-16",
    indicator="growth_value",
    key=False,
    title="Demand not served",
    formula=(
        "sum of lost_demand.count x lost_demand.average_value per month (rejected, abandoned, "
        "searches without result)"
    ),
    tables=("lost_demand",),
    unit="money/month",
    direction="down",
    grain=("service",),
    n_min="30 lost cases",
    method="exact Poisson x bootstrap of the value",
    target="context",
    limit="context",
    caveats="the value is imputed: grade C",
    tier=5,
    judge=judge,
)
