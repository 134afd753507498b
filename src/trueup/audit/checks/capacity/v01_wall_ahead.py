"""V01: Wall ahead."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="V01",
    area="Capacity, availability, continuity",
    title="Wall ahead",
    question="When does capacity run out?",
    tables=("capacity", "service"),
    rule=(
        "MG-08: months to exhaustion < factor x service.lead_time_months (default_lead_months "
        "where null). [unit: service, ci]"
    ),
    parameters={
        "factor": 2,
        "default_lead_months": 3,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.4.3",
        "COBIT BAI04",
        "ITIL Capacity and performance management",
        "FitSM PR5.3",
        "FitSM PR5.4",
    ),
    causes=("growth unseen",),
    do_first="decide the order date",
    effective_when="months to exhaustion > limit",
    tier=5,
    ask=ask,
    caps=(),
    limit="factor",
    indicators=("risk_impact",),
)
