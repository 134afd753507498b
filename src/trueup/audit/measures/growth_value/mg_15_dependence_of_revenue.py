"""MG-15: Dependence of revenue."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-15",
    indicator="growth_value",
    key=False,
    title="Dependence of revenue",
    formula=(
        "HHI = sum of s_i^2, s_i = customer share of revenue.amount in 12 months; value = "
        "largest share; revenue of agreements whose agreement.notice_by or agreement.end lies "
        "within 180 days and whose customer has a red communication measure"
    ),
    tables=("revenue", "agreement"),
    unit="share",
    direction="down",
    grain=("organisation",),
    n_min="all customers",
    method="exact",
    target=0.25,
    limit=0.50,
    caveats="internal IT: not applicable",
    tier=5,
    judge=judge,
)
