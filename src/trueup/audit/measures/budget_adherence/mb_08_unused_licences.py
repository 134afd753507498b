"""MB-08: Unused licences."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


MEASURE = Measure(
    id="MB-08",
    indicator="budget_adherence",
    key=False,
    title="Unused licences",
    formula=(
        "per product: unused = max(0, licence.entitled - licence.used_90d - "
        "max(coalesce(licence.reserved, 0), floor(0.05 x licence.used_90d))); money = unused x "
        "licence.unit_price_year; value = sum unused / sum licence.entitled; low end: all "
        "unseen seats (entitled - usage_seen) count as used"
    ),
    tables=("licence",),
    unit="share of seats",
    direction="down",
    grain=("product",),
    n_min="licence.usage_seen >= 90 % of entitled",
    method="count; range for unseen seats",
    target=0.05,
    limit=0.20,
    caveats="seasonal roles and compliance seats by licence.reserved; look back 13 months",
    tier=4,
    judge=judge,
)
