"""MG-01: Revenue growth, like for like, as a bridge."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-01",
    indicator="growth_value",
    key=False,
    title="Revenue growth, like for like, as a bridge",
    formula=(
        "g = R(last 12 months) / R(12 before) - 1 with R = sum of revenue.amount; split into "
        "price + volume + mix + new + lost over service x customer cells with revenue.amount "
        "and usage.units: over cells in both periods, s = share of the units, P0bar = sum s0 x "
        "P0: volume = (sum U1 - sum U0) x P0bar; mix = sum U1 x sum (s1 - s0)(P0 - P0bar); "
        "price = sum (P1 - P0) x U1; new = cells with U0 = 0; lost = cells with U1 = 0; the "
        "five parts add up to the cent. Cells without usage: price and volume in one part 'not "
        "split'"
    ),
    tables=("revenue", "usage"),
    unit="share/year",
    direction="up",
    grain=("service", "customer", "organisation"),
    n_min="24 months (15 for quarter on quarter)",
    method="block bootstrap (3 months)",
    target="plan",
    limit=0,
    caveats=(
        "one-off invoices out; internal IT: revenue.kind chargeback or imputed, never added to "
        "invoice"
    ),
    tier=5,
    judge=judge,
)
