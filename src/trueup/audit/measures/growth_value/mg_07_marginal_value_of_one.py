"""MG-07: Marginal value of one more unit."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-07",
    indicator="growth_value",
    key=False,
    title="Marginal value of one more unit",
    formula=(
        "MV = MR - MC; MR = Theil-Sen slope of delta R on delta U, MC = slope of delta cost on "
        "delta U per month, lag fixed beforehand (parameter lag=0, 0..2)"
    ),
    tables=("revenue", "cost", "usage"),
    unit="money/unit",
    direction="up",
    grain=("service",),
    n_min="24 months",
    method="Theil-Sen, block bootstrap (3 months)",
    target=0,
    limit=0,
    caveats="step costs: report the next step and its volume",
    tier=5,
    judge=judge,
)
