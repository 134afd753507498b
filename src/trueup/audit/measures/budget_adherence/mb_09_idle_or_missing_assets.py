"""MB-09: Idle or missing assets."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-09",
    indicator="budget_adherence",
    key=False,
    title="Idle or missing assets",
    formula=(
        "sum of asset.cost_month of assets in_stock since > 90 days (asset.state_since), "
        "assigned to a leaver (person.left_on past), disposed but charged (asset.state = "
        "disposed with cost_month > 0, or cost of its CI after asset.disposed_on), or "
        "asset.last_used > 90 days ago / sum of asset.cost_month; asset.spare = true left out"
    ),
    tables=("asset",),
    unit="share of asset cost",
    direction="down",
    grain=("category", "team"),
    n_min="asset.last_used or assigned_to known for >= 90 %",
    method="count",
    target=0.03,
    limit=0.10,
    caveats="allowance for a spare pool",
    tier=4,
    judge=judge,
)
