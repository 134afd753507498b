"""MC-03: Response and selection."""

from __future__ import annotations

from dataclasses import replace

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion
from trueup.audit.voice import invitations

SILENT_MOST = 0.90


def judge(ctx: Context) -> Answer | Silent:
    """Answered of invited; beside it invited of closed."""
    t = invitations(ctx)
    sent = t.filter(t["sent_by"].notnull() | t["asked"].notnull())
    rows = sent.select("team", id=sent["id"], at=sent["asked"], bad=~sent["answered"])
    answer = ShareQuestion(ctx, rows, SILENT_MOST, ("team",), "survey").answer(50, 50, good_is=True)
    record = ctx.table("record")
    closed = record.filter(ctx.within(record["closed_at"].coalesce(record["resolved_at"])))
    n = ctx.one(closed.agg(n=closed.count()))["n"]
    asked = ctx.one(sent.agg(n=sent["record"].nunique()))["n"]
    return replace(answer, parts={"invited of closed": asked / n if n else None})


MEASURE = Measure(
    id="MC-03",
    indicator="communication",
    key=False,
    title="Response and selection",
    formula="answered / invited; invited / closed by record.team and outcome",
    tables=("survey", "record"),
    unit="share",
    direction="up",
    grain=("team", "organisation"),
    n_min="50 invitations",
    method="Wilson; chi-square with phi",
    target=0.20,
    limit=0.10,
    caveats=(
        "selection significant by team or outcome = limit broken; agents choosing whom to ask "
        "voids MC-01 (C02)"
    ),
    tier=2,
    judge=judge,
    needs=("survey.sent_at", "survey.answered_at"),
)
