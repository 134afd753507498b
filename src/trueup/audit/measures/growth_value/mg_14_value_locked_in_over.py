"""MG-14: Value locked in over-investment."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-14",
    indicator="growth_value",
    key=False,
    title="Value locked in over-investment",
    formula=(
        "MG-09 money + cost of functions (usage.function) with usage.active_users / "
        "usage.entitled_users < 0.10 for 6 months + overlap of MB-10, each euro once, per year"
    ),
    tables=("usage", "cost"),
    unit="money/year",
    direction="down",
    grain=("service", "organisation"),
    n_min="6 months",
    method="count",
    target="none",
    limit="materiality",
    caveats=(
        "value of an option (peaks, legal hold) by tag; the function part needs a cost per function"
    ),
    tier=5,
    judge=judge,
)
