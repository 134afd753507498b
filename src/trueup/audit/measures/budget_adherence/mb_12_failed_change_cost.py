"""MB-12: Failed-change cost."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-12",
    indicator="budget_adherence",
    key=False,
    title="Failed-change cost",
    formula=(
        "for change.outcome in (failed, backed_out): worklog of the change x rate + excess "
        "incidents (MR-02) x handling hours x rate + change.actual_downtime_h x price_list "
        "downtime_hour + target_result.credit_given of those incidents, per year"
    ),
    tables=("change", "record", "worklog"),
    unit="money/year",
    direction="down",
    grain=("service", "category", "organisation"),
    n_min="10 failed changes",
    method="bootstrap + MR-02 interval",
    target="none",
    limit="materiality",
    caveats="prices count only with price_list.approved_by set",
    tier=3,
    judge=judge,
)
