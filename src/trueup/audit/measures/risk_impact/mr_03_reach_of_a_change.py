"""MR-03: Reach of a change."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-03",
    indicator="risk_impact",
    key=False,
    title="Reach of a change",
    formula=(
        "P(service hit) by percolation on relation: edge probability ~ Beta(1 + hits, 3 + "
        "misses) learned from own failures (outage, incidents with caused_by_change); "
        "consequence = sum of P x outage hours x price_list downtime_hour x usage.active_users "
        "share"
    ),
    tables=("change", "change_ci", "relation", "record", "service"),
    unit="persons, money P90",
    direction="context",
    grain=("record", "service"),
    n_min="relations for >= 80 % of critical services",
    method="Monte Carlo 10,000",
    target="context",
    limit="context",
    caveats="unknown edges: report coverage and the dark share",
    tier=3,
    judge=judge,
)
