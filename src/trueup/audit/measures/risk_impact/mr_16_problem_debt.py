"""MR-16: Problem debt."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-16",
    indicator="risk_impact",
    key=False,
    title="Problem debt",
    formula=(
        "sum over open problems of monthly incidents (record.problem) x mean handling hours "
        "(worklog.minutes/60) and x mean lost hours (survey.lost_minutes/60)"
    ),
    tables=("record", "problem", "worklog"),
    unit="hours/month",
    direction="down",
    grain=("service",),
    n_min="3 incidents per problem",
    method="exact Poisson",
    target="trend",
    limit="trend",
    caveats="",
    tier=3,
    judge=judge,
)
