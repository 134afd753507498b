"""V04: Recovery untested."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="V04",
    area="Capacity, availability, continuity",
    title="Recovery untested",
    question="Would we come back in time?",
    tables=("service", "recovery_test"),
    rule=(
        "service.criticality <= 2 and service.state = live without recovery_test.ok = true "
        "within months, or recovery_test.achieved_h of the last test > service.rto_h. Exact, "
        "any trips. [unit: service]"
    ),
    parameters={
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.7.2", "COBIT DSS04", "ITIL Service continuity management", "FitSM PR4.3"),
    causes=("fear", "effort"),
    do_first="test the most critical one",
    effective_when="100 % tested and <= RTO",
    tier=6,
    ask=ask,
    caps=(),
    limit="months",
    indicators=("risk_impact",),
)
