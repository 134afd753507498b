"""MR-05: Emergency share."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-05",
    indicator="risk_impact",
    key=False,
    title="Emergency share",
    formula=(
        "change.type = emergency / all started changes; of these with change.start - "
        "record.opened_at >= 5 days"
    ),
    tables=("change", "record"),
    unit="share",
    direction="down",
    grain=("team", "organisation"),
    n_min="30",
    method="p-prime, Wilson",
    target=0.05,
    limit=0.10,
    caveats="the label may be abused to skip approval: read with H01-H03",
    tier=3,
    judge=judge,
)
