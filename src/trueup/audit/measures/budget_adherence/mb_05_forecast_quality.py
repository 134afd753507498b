"""MB-05: Forecast quality."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-05",
    indicator="budget_adherence",
    key=False,
    title="Forecast quality",
    formula=(
        "WAPE = sum abs(F - A)/sum abs(A) per lead time in months, F = forecast.amount, A = "
        "cost.amount of line and month; bias = sum (F - A)/sum A"
    ),
    tables=("forecast", "cost"),
    unit="share",
    direction="down",
    grain=("line", "organisation"),
    n_min="6 vintages (forecast.made_on)",
    method="bootstrap; sign test for the bias",
    target=0.05,
    limit=0.15,
    caveats=(
        "bias has its own band: target +-0.02, limit +-0.05; padding shows as positive bias "
        "released in the last quarter"
    ),
    tier=4,
    judge=judge,
)
