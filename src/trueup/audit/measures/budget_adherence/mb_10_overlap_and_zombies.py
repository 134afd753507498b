"""MB-10: Overlap and zombies."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-10",
    indicator="budget_adherence",
    key=False,
    title="Overlap and zombies",
    formula=(
        "overlap: rule of T03, yearly cost of the cheaper of the two; zombie: rule of T02, its "
        "yearly cost"
    ),
    tables=("service", "usage", "cost"),
    unit="money/year",
    direction="down",
    grain=("pair", "service"),
    n_min="90 days",
    method="count; a person confirms the same function",
    target=0,
    limit="materiality",
    caveats=("compliance archives and annual jobs (service.annual_job): look back 13 months"),
    tier=5,
    judge=judge,
)
