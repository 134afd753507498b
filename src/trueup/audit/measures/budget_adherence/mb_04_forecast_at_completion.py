"""MB-04: Forecast at completion."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-04",
    indicator="budget_adherence",
    key=True,
    title="Forecast at completion",
    formula=(
        "EAC = A + sum over remaining months of budget.amount x (1 + delta), delta = block "
        "bootstrap (3 months) of own past relative deviations, + known steps (agreement.start, "
        "agreement.end, renewals, commitment.open_amount); report P10/P50/P90; value = P(EAC > "
        "annual budget); cross-checks BAC/CPI and A + remaining plan"
    ),
    tables=("cost", "budget"),
    unit="probability",
    direction="down",
    grain=("line", "service", "organisation"),
    n_min="6 closed months or 2 past years",
    method="Monte Carlo 10,000",
    target=0.20,
    limit=0.50,
    caveats="management reserve apart",
    tier=4,
    judge=judge,
)
