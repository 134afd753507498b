"""MB-06: Cost without a home."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-06",
    indicator="budget_adherence",
    key=True,
    title="Cost without a home",
    formula=(
        "sum of cost.amount with no service (cost.service, else through cost.ci by relation or "
        "cost.agreement) and no cost.owner / sum of cost.amount; share without a service beside"
        " it"
    ),
    tables=("cost",),
    unit="share",
    direction="down",
    grain=("organisation", "line"),
    n_min="1 month",
    method="exact",
    target=0.10,
    limit=0.25,
    caveats="a shared platform with a key has a home",
    tier=4,
    judge=judge,
)
