"""V05: Impossible chain."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="V05",
    area="Capacity, availability, continuity",
    title="Impossible chain",
    question="Can the service be faster than what it stands on?",
    tables=("service", "relation"),
    rule=(
        "service.rto_h < service.rto_h of any service it depends on through relation (kind "
        "depends_on or runs_on, redundant not true, valid on manifest.as_of). Exact, any trips."
        " [unit: service, pair]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.7.2", "COBIT DSS04", "ITIL Service continuity management", "FitSM PR4.1"),
    causes=("set one by one",),
    do_first="align or decouple",
    effective_when="chain consistent",
    tier=3,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("risk_impact",),
)
