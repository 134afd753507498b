"""MB-16: Year-end rush."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-16",
    indicator="budget_adherence",
    key=False,
    title="Year-end rush",
    formula=(
        "share of discretionary spend (cost.discretionary = true) in the last month of the "
        "financial year x 12"
    ),
    tables=("cost",),
    unit="ratio",
    direction="down",
    grain=("line", "organisation"),
    n_min="2 years",
    method="permutation over months",
    target=1.5,
    limit=2.5,
    caveats="real seasonality: compare with usage.units",
    tier=4,
    judge=judge,
)
