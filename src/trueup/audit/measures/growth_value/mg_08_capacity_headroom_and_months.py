"""MG-08: Capacity headroom and months to exhaustion."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-08",
    indicator="growth_value",
    key=True,
    title="Capacity headroom and months to exhaustion",
    formula=(
        "headroom = 1 - capacity.p95_units / capacity.max_units; TTE = first future month with "
        "P(p95 > capacity.target_utilisation x capacity.max_units) >= 0.20, horizon 36 months; "
        "value = TTE / lead time, lead time = service.lead_time_months (parameter "
        "default_lead_months=3); capacity.standby = true left out"
    ),
    tables=("capacity", "service"),
    unit="lead times",
    direction="up",
    grain=("service", "ci"),
    n_min="12 months of capacity.p95_units",
    method="seasonal naive + trend, residual bootstrap, 10,000 paths",
    target=2,
    limit=1,
    caveats=("human capacity counts too (hours); autoscaling: use a money limit instead of units"),
    tier=5,
    judge=judge,
)
