"""MG-03: Revenue-utilisation elasticity."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-03",
    indicator="growth_value",
    key=True,
    title="Revenue-utilisation elasticity",
    formula=(
        "epsilon in delta12 ln R = a + epsilon x delta12 ln U + service effects, R = "
        "revenue.amount, U = usage.units per customer-month; not_applicable where "
        "service.revenue_model is flat or none"
    ),
    tables=("revenue", "usage", "service"),
    unit="ratio",
    direction="up",
    grain=("service",),
    n_min="36 customer-months, >= 6 customers, SD(delta ln U) >= 0.05",
    method=(
        "Newey-West (lag 3) and cluster bootstrap by customer; cross-check by re-rating usage "
        "with contract prices (MG-04)"
    ),
    target=0.8,
    limit=0.5,
    caveats=(
        "red only while usage grew >= 10 %; flat fee: white, read MG-05 and MG-06; tier steps "
        "make it jump; association only"
    ),
    tier=5,
    judge=judge,
)
