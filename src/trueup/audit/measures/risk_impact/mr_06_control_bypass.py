"""MR-06: Control bypass."""

from __future__ import annotations

from trueup.audit.changes import started, valid_approvals
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion

LIMIT = 0.01


def judge(ctx: Context) -> Answer | Silent:
    """Share of changes begun without the approval they needed, given and written down before."""
    t = started(ctx)
    t = t.filter(t["required_approval"].notnull() & (t["required_approval"] != ""))
    said = valid_approvals(ctx)
    t = t.left_join(said, t["id"] == said["change"])
    before = (t["said"] <= t["start"]) & (t["told"] <= t["start"])
    rows = t.select("id", "team", "service", at=t["start"], bad=~before.fill_null(False))
    kinds = ("service", "team")
    return ShareQuestion(ctx, rows, LIMIT, kinds=kinds, table="change").counted()


MEASURE = Measure(
    id="MR-06",
    indicator="risk_impact",
    key=False,
    title="Control bypass",
    formula=(
        "started changes that require approval (change.required_approval) without an approved "
        "approval row of that level with approval.at and approval.recorded_at <= change.start /"
        " those that require it"
    ),
    tables=("change", "record", "approval"),
    unit="share",
    direction="down",
    grain=("service", "team", "organisation"),
    n_min="all",
    method="exact; upper bound if 0",
    target=0,
    limit=0.01,
    caveats="",
    tier=3,
    judge=judge,
    needs=("change.start", "change.required_approval"),
    uses=("approval.at", "approval.recorded_at", "record.team", "record.service"),
)
