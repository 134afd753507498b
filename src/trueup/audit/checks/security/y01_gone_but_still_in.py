"""Y01: Gone but still in."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="Y01",
    area="Security and access",
    title="Gone but still in",
    question="Do leavers keep access?",
    tables=("access", "person"),
    rule=(
        "access.revoked_at null or later than person.left_on + grace_days working days. Any "
        "trips; access.privileged first. [unit: team; person only with a recorded reason]"
    ),
    parameters={
        "grace_days": 1,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=(
        "ISO 20000-1 8.7.3",
        "COBIT DSS05",
        "ITIL Information security management",
        "FitSM PR6.5",
    ),
    causes=("personnel data not linked",),
    do_first="revoke now; link the personnel data",
    effective_when="0 longer than 1 working day",
    tier=6,
    ask=ask,
    caps=(),
    limit="grace_days",
    indicators=("risk_impact",),
)
