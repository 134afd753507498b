"""MC-10: Reopened or called again."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.relations import (
    OWN_WORK,
    called_again,
    reopened_flag,
    resolved_in_period,
)
from trueup.audit.shares import ShareQuestion

LIMIT = 0.10
REOPEN_DAYS, AGAIN_DAYS = 14, 7


def judge(ctx: Context) -> Answer | Silent:
    """Share of resolved records that were opened again or reported again soon after."""
    record = resolved_in_period(ctx)
    record = record.filter(record["kind"].notin(OWN_WORK))
    flagged = called_again(ctx, reopened_flag(ctx, record, REOPEN_DAYS), AGAIN_DAYS)
    rows = flagged.select(
        id=flagged["id"],
        at=flagged["resolved_at"],
        bad=flagged["reopened"] | flagged["again"],
        customer=flagged["customer"],
        team=flagged["team"],
    )
    return ShareQuestion(ctx, rows, LIMIT, kinds=("customer", "team")).answer(50, 50)


MEASURE = Measure(
    id="MC-10",
    indicator="communication",
    key=False,
    title="Reopened or called again",
    formula=(
        "reopened within 14 days, or same record.requester + record.category opened within 7 "
        "days after record.resolved_at / resolved"
    ),
    tables=("record",),
    unit="share",
    direction="down",
    grain=("customer", "team"),
    n_min="50",
    method="Wilson, funnel with phi",
    target=0.05,
    limit=0.10,
    caveats="few reopened may mean automatic close: read with Z03",
    tier=0,
    judge=judge,
    needs=("record.resolved_at",),
    uses=("record.requester", "record.category", "record.team"),
)
