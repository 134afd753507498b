"""H02: Yes afterwards."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import started, valid_approvals
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question
from trueup.audit.working_days import local_days, working_days_between


def ask(ctx: Context) -> Probe | Silent:
    """Changes whose yes was given, or written down, only after the work had begun."""
    t = started(ctx)
    t = t.filter(t["required_approval"].notnull() & (t["required_approval"] != ""))
    said = valid_approvals(ctx)
    t = t.left_join(said, t["id"] == said["change"])
    rows = t.select("id", "team", "service", "start", "type", "said", "told", "critical_service")
    got = ctx.arrays(rows.order_by("id"))
    heard = np.maximum(got["said"], got["told"])
    late = ~np.isnat(heard) & (heard > got["start"])
    urgent = got["type"] == "emergency"
    grace = working_days_between(ctx, local_days(ctx, got["start"]), local_days(ctx, heard))
    late &= ~urgent | (grace > ctx.number("emergency_days"))
    return question(
        ctx, got, late, why="the yes came, or was written down, after the start", table="change",
        kinds=("team", "service"), at="start", limit=ctx.number("limit"),
        critical=got["critical_service"].astype(bool) & ~urgent,
    ).probe()  # fmt: skip


CHECK = Check(
    id="H02",
    area="Change",
    title="Yes afterwards",
    question="Were approvals given after the work?",
    tables=("record", "change", "approval"),
    rule=(
        "Changes whose first valid approval has approval.at > change.start, or "
        "approval.recorded_at > change.start; for change.type = emergency allowed up to "
        "emergency_days working days. Share of changes that require approval > limit; any on "
        "service.criticality <= 2 that is not an emergency. [unit: team, service]"
    ),
    parameters={
        "emergency_days": 2,
        "limit": 0.01,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.4"),
    causes=("rhythm of meetings",),
    do_first="daily fast lane",
    effective_when="<= 1 %",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("change.start", "change.required_approval", "approval.at"),
    uses=("approval.recorded_at", "change.type", "record.team", "service.criticality"),
    headline="{bad} of {all} changes were allowed only after the work had begun.",
    should_be="The yes is given and written down before the work begins.",
    matters="A yes after the fact protects nobody; it only tidies the file.",
    measure="MR-06",
    owner_role="change manager",
    mandatory=True,
)
