"""H10: Risk rated too low."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H10",
    area="Change",
    title="Risk rated too low",
    question='Are "low risk" changes low?',
    tables=("record", "change"),
    rule=(
        "Failure rate (MR-01) of change.risk_class = low minus that of medium: Newcombe "
        "interval wholly above 0 (watch if only the point is); or, if outage is recorded, share"
        " of low-risk changes whose caused outage (outage.record with record.caused_by_change) "
        "reaches outage.users_affected > reach_low > reach_limit. [unit: category, team]"
    ),
    parameters={
        "reach_low": 25,
        "reach_limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.5.1",
        "ISO 20000-1 6.1",
        "COBIT APO12",
        "COBIT BAI06",
        "ITIL Risk management",
        "ITIL Change enablement",
        "FitSM PR12.3",
    ),
    causes=("class chosen to avoid approval",),
    do_first="computed proposal of the risk class",
    effective_when="order low < medium < high restored",
    tier=3,
    ask=ask,
    caps=(),
    limit="reach_low",
    indicators=("risk_impact",),
)
