"""MB-11: Rework cost."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-11",
    indicator="budget_adherence",
    key=False,
    title="Rework cost",
    formula=(
        "(sum of worklog.minutes started after the first event.activity = resolved + sum of "
        "(handovers - 1) x set-up minutes) x rate / labour cost of all worklog rows; set-up = "
        "median time from assigned to the next worklog.started_at of that team, at most 30 min;"
        " rate = worklog.rate per hour, else price_list work_hour"
    ),
    tables=("worklog", "event", "record"),
    unit="share of labour",
    direction="down",
    grain=("team", "category"),
    n_min="50 reworked records, worklog on >= 60 % of records",
    method="bootstrap by record; else estimate from time in state (grade C)",
    target=0.05,
    limit=0.15,
    caveats="some handovers are right: compare with one-team records of the same category",
    tier=1,
    judge=judge,
)
