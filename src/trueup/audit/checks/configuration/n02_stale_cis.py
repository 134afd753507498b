"""N02: Stale CIs."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N02",
    area="Configuration and assets",
    title="Stale CIs",
    question="Is the map current?",
    tables=("ci",),
    rule=(
        "Active CIs whose newest of ci.last_seen and ci.verified_at is null or older than "
        "server_days (ci.class names a server) / other_days: share > limit; critical ones "
        "first. [unit: category, ci]"
    ),
    parameters={
        "server_days": 60,
        "other_days": 365,
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "ITIL Service configuration management",
        "FitSM PR11.5",
    ),
    causes=("no discovery",),
    do_first="verify the critical ones first",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
