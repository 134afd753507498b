"""MB-15: Cost per unit of work."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-15",
    indicator="budget_adherence",
    key=False,
    title="Cost per unit of work",
    formula=(
        "labour cost (cost.pool = labour of the team's services, spread by worklog.minutes; "
        "else worklog.minutes x rate) per completed record by record.kind and level"
    ),
    tables=("cost", "record"),
    unit="money/record",
    direction="context",
    grain=("team", "category"),
    n_min="50 records",
    method="bootstrap",
    target="trend",
    limit="trend",
    caveats="cheaper is not better: read with communication; benchmarks only as context",
    tier=4,
    judge=judge,
)
