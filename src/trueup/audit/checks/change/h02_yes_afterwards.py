"""H02: Yes afterwards."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H02",
    area="Change",
    title="Yes afterwards",
    question="Were approvals given after the work?",
    tables=("record", "change", "approval"),
    rule=(
        "Changes whose first valid approval has approval.at > change.start, or "
        "approval.recorded_at > change.start; for change.type = emergency allowed up to "
        "emergency_days working days. Share of changes that require approval > limit; any on "
        "service.criticality <= 2 that is not an emergency. [unit: team, service]"
    ),
    parameters={
        "emergency_days": 2,
        "limit": 0.01,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.4"),
    causes=("rhythm of meetings",),
    do_first="daily fast lane",
    effective_when="<= 1 %",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
