"""F07: Paid twice."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F07",
    area="Finance",
    title="Paid twice",
    question="Are there duplicate invoices?",
    tables=("purchase",),
    rule=(
        "Same supplier, amount within tolerance, purchase.at within days, and "
        "purchase.invoice_no similar: equal after removing case, blanks, punctuation and "
        "leading zeros, one contained in the other, or two neighbouring digits swapped "
        "(consecutive numbers are not similar). If recorded, cost.invoice_no likewise. Exact, "
        "any trips. [unit: supplier, pair]"
    ),
    parameters={
        "tolerance": 0.01,
        "days": 60,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "COBIT DSS06", "ITIL Service financial management"),
    causes=("two channels",),
    do_first="reclaim",
    effective_when="0 open",
    tier=4,
    ask=ask,
    caps=(),
    limit="tolerance",
    indicators=("budget_adherence",),
)
