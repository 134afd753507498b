"""MG-06: Contribution margin."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-06",
    indicator="growth_value",
    key=True,
    title="Contribution margin",
    formula=(
        "(R - V)/R, V = sum of cost.amount with cost.behaviour = variable of the service-month,"
        " spread over customers by usage.units (equally where usage is not recorded); list of "
        "cells whose whole interval is negative"
    ),
    tables=("revenue", "cost"),
    unit="share",
    direction="up",
    grain=("service", "customer", "organisation"),
    n_min="6 months and >= 90 % of cost with a home (MB-06)",
    method="bootstrap over customers; Pareto of the losses",
    target="plan",
    limit=0,
    caveats="strategic loss leaders must be declared beforehand",
    tier=5,
    judge=judge,
)
