"""MR-04: Collisions and freeze breaks."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-04",
    indicator="risk_impact",
    key=False,
    title="Collisions and freeze breaks",
    formula=(
        "pairs by the rule of H07 on critical services; changes in a freeze (needs the missing "
        "freeze table)"
    ),
    tables=("change", "change_ci", "relation", "record"),
    unit="count",
    direction="down",
    grain=("service", "ci"),
    n_min="1 change",
    method="count",
    target=0,
    limit=0,
    caveats="others are listed",
    tier=3,
    judge=judge,
)
