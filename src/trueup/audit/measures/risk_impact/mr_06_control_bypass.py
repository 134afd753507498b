"""MR-06: Control bypass."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-06",
    indicator="risk_impact",
    key=False,
    title="Control bypass",
    formula=(
        "started changes that require approval (change.required_approval) without an approved "
        "approval row of that level with approval.at and approval.recorded_at <= change.start /"
        " those that require it"
    ),
    tables=("change", "record", "approval"),
    unit="share",
    direction="down",
    grain=("service", "team", "organisation"),
    n_min="all",
    method="exact; upper bound if 0",
    target=0,
    limit=0.01,
    caveats="",
    tier=3,
    judge=judge,
)
