"""T01: Live but unowned."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="T01",
    area="Portfolio and catalogue",
    title="Live but unowned",
    question="Does every live service have an owner, an entry and a cost?",
    tables=("service",),
    rule=(
        "service.state = live with service.owner null, or service.catalogue_entry not true, or "
        "service.cost_centre null. Exact count, any trips. [unit: service]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.4",
        "ISO 20000-1 8.2.2",
        "COBIT APO05",
        "COBIT APO06",
        "ITIL Service catalogue management",
        "FitSM PR1.1",
        "FitSM PR2.1",
    ),
    causes=("reorganisation",),
    do_first="name an owner",
    effective_when="0",
    tier=0,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("growth_value",),
)
