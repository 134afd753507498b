"""MR-11: Concentration: components."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-11",
    indicator="risk_impact",
    key=False,
    title="Concentration: components",
    formula=(
        "CIs whose loss stops >= 2 critical services (cut of relation without redundant edges) "
        "x P(fail) x consequence (MR-03); value = those without a plan"
    ),
    tables=("ci", "relation", "service"),
    unit="count",
    direction="down",
    grain=("ci", "service"),
    n_min="relations for >= 80 % of critical services",
    method="minimum cut + MR-03",
    target=0,
    limit=0,
    caveats="redundant edges are often missing: ask",
    tier=3,
    judge=judge,
)
