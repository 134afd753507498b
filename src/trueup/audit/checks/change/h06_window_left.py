"""H06: Window left."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H06",
    area="Change",
    title="Window left",
    question="Were changes outside the agreed time?",
    tables=("record", "change"),
    rule=(
        "Completed changes with change.start < change.plan_start or change.end > "
        "change.plan_end by > tolerance_min: share > limit; or (change.end - change.plan_end) /"
        " (change.plan_end - change.plan_start) > overrun on service.criticality <= 2 (any). "
        "[unit: team, service]"
    ),
    parameters={
        "limit": 0.10,
        "overrun": 0.25,
        "tolerance_min": 5,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.6"),
    causes=("estimates",),
    do_first="correct estimates by own history",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
