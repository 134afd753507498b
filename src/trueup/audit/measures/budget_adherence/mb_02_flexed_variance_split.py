"""MB-02: Flexed variance, split."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-02",
    indicator="budget_adherence",
    key=True,
    title="Flexed variance, split",
    formula=(
        "per cost.line i with AQ = sum cost.quantity, AP = cost.amount/AQ, BP = "
        "budget.standard_price, BQ = budget.standard_quantity: price = sum (AP - BP) x AQ; "
        "volume = (sum AQ - sum BQ) x BPbar; mix = sum AQ x sum (sA - sB)(BP - BPbar), sA = "
        "AQ/sum AQ, sB = BQ/sum BQ, BPbar = sum sB x BP; identity price + volume + mix = A - B;"
        " efficiency = sum (AQ - allowed Q at actual output) x BP where a usage standard exists"
        " (part of volume, allowed Q = BQ x usage.units / planned units); value = (price + "
        "efficiency)/B"
    ),
    tables=("cost", "budget"),
    unit="share",
    direction="band",
    grain=("line", "service"),
    n_min=("driver (budget.driver, standard_price, standard_quantity) known for >= 80 % of cost"),
    method="exact identity; XmR on monthly price and efficiency parts",
    target=0.02,
    limit=0.05,
    caveats=(
        "volume is usually not the owner's fault; without drivers: not enough evidence; "
        "efficiency needs the planned units that the schema lacks"
    ),
    tier=4,
    judge=judge,
)
