"""MR-07: Loss exposure per year."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MR-07",
    indicator="risk_impact",
    key=True,
    title="Loss exposure per year",
    formula=(
        "per risk and in total: sum over k = 1..N of X_k; N ~ gamma-Poisson from own counts of "
        "risk_event (prior from risk.per_year_low/mode/high), X = bootstrap of own "
        "risk_event.loss with a lognormal or Pareto tail above P95, else PERT(risk.loss_low, "
        "loss_mode, loss_high); exceedance curve, P50, P90, TVaR95"
    ),
    tables=("risk",),
    unit="money/year",
    direction="down",
    grain=("service", "organisation"),
    n_min="10 events for data-driven; else ranges (grade C)",
    method="Monte Carlo 10,000; back-test: last 3 years inside P5-P95",
    target="P90 <= appetite",
    limit="P50 > appetite",
    caveats=(
        "tails rest on assumption: show the share that comes from the tail; appetite = "
        "risk.appetite, in total their sum"
    ),
    tier=6,
    judge=judge,
)
