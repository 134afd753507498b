"""U02: Supplier misses, we stay silent."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="U02",
    area="Supplier",
    title="Supplier misses, we stay silent",
    question="Do we claim what we are owed?",
    tables=("underpinning",),
    rule=(
        "underpinning.breached_at set and underpinning.claimed_at null or later than "
        "breached_at + claim_days, once that time has passed. Exact, any trips. [unit: "
        "supplier]"
    ),
    parameters={
        "claim_days": 30,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.4", "COBIT APO10", "ITIL Supplier management", "FitSM PR2.5"),
    causes=("no owner",),
    do_first="send the claim with its evidence",
    effective_when="100 % handled",
    tier=4,
    ask=ask,
    caps=(),
    limit="claim_days",
    indicators=("budget_adherence",),
)
