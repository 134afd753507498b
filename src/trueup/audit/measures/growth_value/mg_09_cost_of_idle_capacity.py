"""MG-09: Cost of idle capacity."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-09",
    indicator="growth_value",
    key=False,
    title="Cost of idle capacity",
    formula=(
        "sum of cost.amount of the CI or service x max(0, 1 - capacity.p95_units / "
        "(capacity.target_utilisation x capacity.max_units)) / sum of that cost; the peak month"
        " of the season decides p95; cost.pool in (hardware, cloud, software, facilities) where"
        " pools are recorded"
    ),
    tables=("capacity", "cost"),
    unit="share of capacity cost",
    direction="down",
    grain=("service", "ci"),
    n_min="6 months including the seasonal peak",
    method="count, bootstrap by month",
    target=0.10,
    limit=0.25,
    caveats="leave out standby, disaster recovery, contractual minimum",
    tier=5,
    judge=judge,
)
