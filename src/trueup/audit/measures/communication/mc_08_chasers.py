"""MC-08: Chasers."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.relations import asked_in_period
from trueup.audit.shares import ShareQuestion
from trueup.audit.voice import CHASERS

LIMIT = 0.20


def judge(ctx: Context) -> Answer | Silent:
    """Share of records in which somebody had to ask for news."""
    return ShareQuestion(ctx, chased(ctx), LIMIT, ("customer", "team")).answer(30, 30)


def chased(ctx: Context) -> Any:
    """Records with ``bad`` where a later inbound message before the solution asks for news."""
    message, record = ctx.table("message"), asked_in_period(ctx)
    inbound = message.filter(message["direction"] == "in")
    turn = ibis.row_number().over(ibis.window(group_by="record", order_by=["at", "id"]))
    later = inbound.mutate(turn=turn)
    asks = later["text"].fill_null("").lower().re_search(CHASERS)
    later = later.filter((later["turn"] > 0) & asks)
    ends = record.select(rid="id", ended="resolved_at")
    before = later.join(ends, later["record"] == ends["rid"])
    before = before.filter(before["ended"].isnull() | (before["at"] < before["ended"]))
    hit = before.select(hit="record").distinct()
    joined = record.left_join(hit, record["id"] == hit["hit"])
    return joined.select(
        "customer", "team", id=joined["id"], at=joined["opened_at"], bad=joined["hit"].notnull(),
        why=ibis.literal("had to ask for news before the solution"),
    )  # fmt: skip


MEASURE = Measure(
    id="MC-08",
    indicator="communication",
    key=False,
    title="Chasers",
    formula=(
        "records with >= 1 message.direction = in before record.resolved_at, after the first "
        "one, that matches the 'any news' rule of its language / records"
    ),
    tables=("record", "message"),
    unit="share",
    direction="down",
    grain=("customer", "team"),
    n_min="30",
    method="Wilson; text rule + check of a sample",
    target=0.10,
    limit=0.20,
    caveats="",
    tier=1,
    judge=judge,
    needs=("message.text", "message.direction"),
)
