"""H08: No way back, no test."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H08",
    area="Change",
    title="No way back, no test",
    question="Are plan B and test present for risky changes?",
    tables=("record", "change"),
    rule=(
        "change.risk_class in (medium, high), started, with change.backout_plan not true or "
        "change.test_evidence not true: share > limit. [unit: team, service]"
    ),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.5.1",
        "ISO 20000-1 8.5.3",
        "COBIT BAI06",
        "COBIT BAI07",
        "ITIL Change enablement",
        "ITIL Deployment management",
        "FitSM PR13.4",
        "FitSM PR13.5",
    ),
    causes=("template optional",),
    do_first="mandatory for risk >= medium",
    effective_when="<= 2 % and failure rate falls",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
