"""H03: Emergency as habit."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H03",
    area="Change",
    title="Emergency as habit",
    question="Are emergencies real?",
    tables=("record", "change"),
    rule=(
        "Share of change.type = emergency > limit; or emergencies known >= known_days before "
        "(change.start - record.opened_at) > known_limit of them; by team with the "
        "overdispersed funnel. [unit: team]"
    ),
    parameters={
        "limit": 0.10,
        "known_days": 5,
        "known_limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.1"),
    causes=("slow normal path", "planning"),
    do_first="fix the slow step; standard changes",
    effective_when="share -30 % and failure rate not up",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
