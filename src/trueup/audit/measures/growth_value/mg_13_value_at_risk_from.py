"""MG-13: Value at risk from under-investment."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-13",
    indicator="growth_value",
    key=True,
    title="Value at risk from under-investment",
    formula=(
        "yearly loss = sum over drivers of sum of X_i, i = 1..N, N ~ gamma-Poisson, X from own "
        "losses; drivers: capacity breach (MG-08), ci.end_of_life passed, open problem debt "
        "(MR-16), recovery missing (MR-12), risk rows of the service; own events: "
        "risk_event.loss, outage hours x price_list downtime_hour; value = P50 / cost of the "
        "fix, cost of the fix = least of investment.capex + 12 x investment.opex_change_month "
        "over rows of the service with investment.benefit_kind = risk that are not live on "
        "manifest.as_of or were cancelled; P50 and P90 in money beside it"
    ),
    tables=("service", "risk"),
    unit="ratio",
    direction="down",
    grain=("service",),
    n_min="10 own loss events, or stated ranges (grade C)",
    method="gamma-Poisson posterior, blended severity, Monte Carlo 10,000",
    target=1,
    limit=2,
    caveats=("no fix cost recorded: money is shown without a light; expert ranges are grade C"),
    tier=6,
    judge=judge,
)
