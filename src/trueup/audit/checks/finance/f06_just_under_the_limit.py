"""F06: Just under the limit."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F06",
    area="Finance",
    title="Just under the limit",
    question="Are purchases split?",
    tables=("purchase",),
    rule=(
        "purchase.amount in [0.9, 1.0) x purchase.approval_limit / in [1.0, 1.1) >= ratio "
        "(binomial test p < 0.05); or >= 2 purchases of the same supplier and buyer within "
        "split_days, each below the limit, together above it and no approval covering their sum"
        " (approval.entity = purchase, approval.amount >= the sum, decision approved). [unit: "
        "supplier, pair, team]"
    ),
    parameters={
        "ratio": 3,
        "split_days": 10,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.4.1", "COBIT APO10", "COBIT MEA02", "ITIL Supplier management"),
    causes=("avoids the approval",),
    do_first="review the pairs",
    effective_when="ratio < 1.5",
    tier=4,
    ask=ask,
    caps=(),
    limit="ratio",
    indicators=("budget_adherence",),
)
