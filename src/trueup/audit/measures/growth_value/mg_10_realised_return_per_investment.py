"""MG-10: Realised return per investment."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MG-10",
    indicator="growth_value",
    key=False,
    title="Realised return per investment",
    formula=(
        "NPV = -investment.capex + sum over months t of (benefit_t - "
        "investment.opex_change_month)/(1+r)^(t/12); ROI = sum of (benefit - opex "
        "change)/capex; payback = first month with cumulated >= 0; past months from "
        "benefit.amount, split into evidenced (benefit.evidence A, B) and claimed (C, D); the "
        "rest of the life (parameter life_months=36) from PERT(investment.benefit_low, "
        "benefit_mode, benefit_high, money per year); r = parameter discount_rate=0.05, set by "
        "the finance role; value = P(NPV > 0)"
    ),
    tables=("investment", "benefit"),
    unit="probability",
    direction="up",
    grain=("service", "organisation"),
    n_min=">= 2 quarters after investment.go_live",
    method="PERT Monte Carlo; difference-in-differences where a comparison group exists",
    target=0.70,
    limit=0.30,
    caveats=(
        "a benefit without a measured value before is only claimed; statement per investment, "
        "unit = its service"
    ),
    tier=5,
    judge=judge,
)
