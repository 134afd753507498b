"""MG-02: Utilisation growth."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-02",
    indicator="growth_value",
    key=False,
    title="Utilisation growth",
    formula=(
        "U(last 12)/U(12 before) - 1 with U = sum of usage.units; beside it sum of "
        "usage.active_users / sum of usage.entitled_users"
    ),
    tables=("usage",),
    unit="share/year",
    direction="context",
    grain=("service", "customer"),
    n_min="15 months",
    method="Theil-Sen with block bootstrap",
    target="context",
    limit="context",
    caveats="growth may be waste (retries, spam): read with MG-06",
    tier=5,
    judge=judge,
)
