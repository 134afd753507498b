"""MR-08: Control effectiveness."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-08",
    indicator="risk_impact",
    key=False,
    title="Control effectiveness",
    formula=(
        "1 - IRR(with / without control) with control_use.done per record, outcome = failed "
        "change or MR-02 excess; beside it use rate = sum done / rows, and control.test_result"
    ),
    tables=("control", "control_use", "record"),
    unit="share",
    direction="up",
    grain=("category", "organisation"),
    n_min="20 uses and 20 non-uses, sum E >= 5",
    method=(
        "stratified Poisson (change.risk_class, ci.class); difference-in-differences at "
        "introduction"
    ),
    target=0.20,
    limit=0.10,
    caveats="controls are used on risky cases: stratify, or no claim",
    tier=6,
    judge=judge,
)
