"""U04: Price above the clause."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="U04",
    area="Supplier",
    title="Price above the clause",
    question="Did the price rise more than agreed?",
    tables=("purchase", "agreement"),
    rule=(
        "Per agreement: purchase.unit_price (else purchase.amount / purchase.quantity) against "
        "12 months before: rise > agreement.index_cap (a fraction) and overpaid amount > 0. "
        "Exact. [unit: agreement, supplier]"
    ),
    parameters={
        "tolerance": 0.001,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.3.4",
        "ISO 20000-1 8.4.1",
        "COBIT APO10",
        "COBIT APO06",
        "ITIL Supplier management",
    ),
    causes=("nobody compares",),
    do_first="reclaim",
    effective_when="repaid or credited",
    tier=4,
    ask=ask,
    caps=(),
    limit="tolerance",
    indicators=("budget_adherence",),
)
