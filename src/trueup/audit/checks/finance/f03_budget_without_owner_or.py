"""F03: Budget without owner or approval."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F03",
    area="Finance",
    title="Budget without owner or approval",
    question="Who said yes?",
    tables=("budget",),
    rule=(
        "budget rows with budget.owner or budget.approved_by null, or budget.changed_at > "
        "budget.approved_at. Exact, any trips. [unit: line]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.4.1",
        "COBIT APO06",
        "COBIT EDM04",
        "ITIL Service financial management",
        "FitSM GR4.1",
    ),
    causes=("informal",),
    do_first="approve or remove",
    effective_when="0",
    tier=4,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("budget_adherence",),
)
