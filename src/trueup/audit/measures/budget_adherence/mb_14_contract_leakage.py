"""MB-14: Contract leakage."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-14",
    indicator="budget_adherence",
    key=False,
    title="Contract leakage",
    formula=(
        "12 x agreement.price_month of agreements with agreement.auto_renew whose notice window"
        " (60 days before agreement.notice_by) is open or passed in the period and "
        "agreement.renewal_decided_on is null + price above agreement.index_cap (U04) + "
        "purchase.amount with purchase.agreement null at suppliers without a valid agreement + "
        "commitment.open_amount past commitment.expires (if recorded), per year"
    ),
    tables=("agreement", "purchase"),
    unit="money/year",
    direction="down",
    grain=("agreement", "supplier"),
    n_min="1 contract",
    method="count",
    target=0,
    limit="materiality",
    caveats="each euro once",
    tier=4,
    judge=judge,
)
