"""H01: Done without yes."""

from __future__ import annotations

import ibis

from trueup.audit.changes import change_share, started, valid_approvals
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Started changes that need a yes and never got one, however late."""
    t = started(ctx)
    t = t.filter(t["required_approval"].notnull() & (t["required_approval"] != ""))
    said = valid_approvals(ctx)
    t = t.left_join(said, t["id"] == said["change"])
    rows = t.select(
        "id", "team", "service", at=t["start"], bad=t["change"].isnull(),
        critical=t["critical_service"] | (t["risk_class"] == "high").fill_null(False),
        why=ibis.literal("started without the approval ") + t["required_approval"],
    )  # fmt: skip
    return change_share(ctx, rows, ctx.number("limit"), any_critical=True).probe()


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
    needs=("change.start", "change.required_approval"),
    uses=("change.risk_class", "record.team", "record.service", "service.criticality"),
    headline="{bad} of {all} changes were made although nobody allowed had said yes.",
    should_be="No change starts before those who may allow it have said yes.",
    matters="An unapproved change can stop a service that nobody was prepared to lose.",
    measure="MR-06",
    owner_role="change manager",
    mandatory=True,
)
