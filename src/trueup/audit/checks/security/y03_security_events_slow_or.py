"""Y03: Security events slow or unlabelled."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="Y03",
    area="Security and access",
    title="Security events slow or unlabelled",
    question="Are they contained in time and classified?",
    tables=("record",),
    rule=(
        "record.kind = security_incident: record.category null > limit; or Kaplan-Meier P90 of "
        "record.resolved_at - record.opened_at > policy_h. [unit: team]"
    ),
    parameters={
        "limit": 0.05,
        "policy_h": 24,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.7.3",
        "COBIT DSS02",
        "COBIT DSS05",
        "ITIL Information security management",
        "FitSM PR6.4",
    ),
    causes=("mixed queue",),
    do_first="own form; on-call",
    effective_when="P90 <= policy",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
