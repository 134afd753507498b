"""H01: Done without yes."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H01",
    area="Change",
    title="Done without yes",
    question="Were changes made without a valid approval?",
    tables=("record", "change", "approval"),
    rule=(
        "change.start set, change.required_approval set, and no approval row of the record "
        "(approval.entity in (record, change)) with approval.decision = approved and "
        "approval.level = change.required_approval at any time (late ones belong to H02). Any "
        "where service.criticality <= 2 or change.risk_class = high trips; elsewhere share > "
        "limit. [unit: team, service]"
    ),
    parameters={
        "limit": 0.01,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.4"),
    causes=("urgency", "the tool allows it"),
    do_first="technical block; review each",
    effective_when="0 for 8 weeks",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
