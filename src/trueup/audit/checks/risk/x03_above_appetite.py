"""X03: Above appetite."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="X03",
    area="Risk and decisions",
    title="Above appetite",
    question="Is exposure above what we accept?",
    tables=("risk",),
    rule=(
        "MR-07 per risk: P50 > risk.appetite; or risk.state = accepted with risk.accepted_until"
        " null or past. [unit: service]"
    ),
    parameters={
        "percentile": 0.50,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 6.1", "COBIT EDM03", "COBIT APO12", "ITIL Risk management", "FitSM PR4.3"),
    causes=("growth", "delay"),
    do_first="decide: treat, transfer, or accept with a date",
    effective_when="P90 <= appetite",
    tier=6,
    ask=ask,
    caps=(),
    limit="percentile",
    indicators=("risk_impact",),
)
