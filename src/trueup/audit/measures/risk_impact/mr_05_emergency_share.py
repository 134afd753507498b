"""MR-05: Emergency share."""

from __future__ import annotations

from dataclasses import replace

from trueup.audit.changes import started
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion

LIMIT = 0.10
KNOWN_DAYS = 5


def judge(ctx: Context) -> Answer | Silent:
    """Share of started changes that were emergencies; beside it those known days before."""
    t = started(ctx)
    t = t.filter(t["type"].notnull())
    urgent = t["type"] == "emergency"
    rows = t.select("id", "team", at=t["start"], bad=urgent)
    answer = ShareQuestion(ctx, rows, LIMIT, kinds=("team",), table="change").answer(30, 30)
    ahead = t["start"].epoch_seconds() - t["opened_at"].epoch_seconds() >= KNOWN_DAYS * 86_400
    known = ctx.one(t.filter(urgent).agg(k=ahead.fill_null(False).sum(where=urgent)))["k"]
    return replace(answer, parts={"emergencies known five days before": float(known or 0)})


MEASURE = Measure(
    id="MR-05",
    indicator="risk_impact",
    key=False,
    title="Emergency share",
    formula=(
        "change.type = emergency / all started changes; of these with change.start - "
        "record.opened_at >= 5 days"
    ),
    tables=("change", "record"),
    unit="share",
    direction="down",
    grain=("team", "organisation"),
    n_min="30",
    method="p-prime, Wilson",
    target=0.05,
    limit=0.10,
    caveats="the label may be abused to skip approval: read with H01-H03",
    tier=3,
    judge=judge,
    needs=("change.type", "change.start"),
    uses=("record.opened_at", "record.team"),
)
