"""MB-13: Overtime."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-13",
    indicator="budget_adherence",
    key=False,
    title="Overtime",
    formula=(
        "sum of worklog.minutes with worklog.overtime = true / sum of worklog.minutes; money = "
        "overtime minutes x rate"
    ),
    tables=("worklog",),
    unit="share",
    direction="down",
    grain=("team",),
    n_min="8 weeks and >= 5 people",
    method="XmR by week",
    target=0.03,
    limit=0.10,
    caveats="may be cheaper than a hire: show the alternative",
    tier=1,
    judge=judge,
)
