"""MG-11: Benefit realisation."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-11",
    indicator="growth_value",
    key=True,
    title="Benefit realisation",
    formula=(
        "sum of benefit.amount to date / sum of promised to date (investment.benefit_mode per "
        "year x years since investment.go_live); investment.cancelled = true counts with 0 "
        "realised"
    ),
    tables=("investment", "benefit"),
    unit="ratio",
    direction="up",
    grain=("organisation", "service"),
    n_min="5 investments (per investment from 1)",
    method="cluster bootstrap by investment",
    target=0.8,
    limit=0.5,
    caveats="survivorship: cancelled ones stay in",
    tier=5,
    judge=judge,
)
