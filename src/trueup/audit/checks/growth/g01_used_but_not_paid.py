"""G01: Used but not paid."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="G01",
    area="Growth and value",
    title="Used but not paid",
    question="Is usage invoiced as agreed?",
    tables=("usage", "revenue", "agreement"),
    rule=(
        "MG-04: leakage > limit of revenue and > materiality; or MG-03 upper bound < 0.5 while "
        "usage grew >= growth. [unit: agreement, customer, service]"
    ),
    parameters={
        "limit": 0.01,
        "growth": 0.10,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.1",
        "ISO 20000-1 8.3.3",
        "COBIT EDM02",
        "COBIT APO06",
        "ITIL Service financial management",
        "FitSM PR2.2",
    ),
    causes=("tiers not enforced", "old price"),
    do_first="invoice the overage; renegotiate",
    effective_when="leakage <= 1 %",
    tier=5,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("growth_value",),
)
