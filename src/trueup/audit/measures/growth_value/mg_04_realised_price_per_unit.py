"""MG-04: Realised price per unit and leakage."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-04",
    indicator="growth_value",
    key=False,
    title="Realised price per unit and leakage",
    formula=(
        "price = R / U; leakage = sum over customer-months of max(0, due - invoiced) / R, due ="
        " agreement.price_month + agreement.overage_price x max(0, usage.units - "
        "agreement.included_units) for agreements valid in the month, invoiced = sum of "
        "revenue.amount with revenue.kind in (invoice, chargeback); money = 12 months"
    ),
    tables=("revenue", "usage", "agreement"),
    unit="share of revenue",
    direction="down",
    grain=("customer", "agreement", "service"),
    n_min="all invoices of the period",
    method="full recount (grade A); XmR for the price",
    target=0.01,
    limit=0.03,
    caveats=(
        "credits and disputes are not leakage; steps beyond one overage price need the missing "
        "tier table; contract price = agreement.price_month of kind contract; kind subscription"
        " only where the customer has no contract for the service"
    ),
    tier=5,
    judge=judge,
)
