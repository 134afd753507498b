"""Q01: Late fulfilment."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Requests that came later than promised, open ones past their due time included."""
    record, result = ctx.table("record"), ctx.table("target_result")
    due = result.filter(result["metric"] == "fulfil")
    by = due.group_by(did=due["record"]).agg(met=due["met"].min(), due_at=due["due_at"].max())
    mine = record.filter((record["kind"] == "request") & ctx.within(record["opened_at"]))
    joined = mine.join(by, mine["id"] == by["did"])
    still = joined["resolved_at"].isnull() & joined["closed_at"].isnull()
    overdue = still & (joined["due_at"] < ctx.now)
    decided = joined.filter(~still | overdue.fill_null(False))
    late = decided["resolved_at"].isnull() & decided["closed_at"].isnull()
    rows = decided.select(
        "team", "category", id=decided["id"], at=decided["opened_at"],
        bad=~decided["met"] | late,
        why=ibis.ifelse(late, "still open after its promised time", "came after its promised time"),
    )  # fmt: skip
    return ShareQuestion(ctx, rows, ctx.number("limit"), ("category", "team")).probe()


CHECK = Check(
    id="Q01",
    area="Request",
    title="Late fulfilment",
    question="Do requests arrive as promised?",
    tables=("record", "target_result"),
    rule=(
        "record.kind = request with target_result.metric = fulfil: share late "
        "(target_result.met = false, open ones past target_result.due_at included by Kaplan-"
        "Meier) > limit per record.category. If approval is recorded, split the time into "
        "waiting for approval (approval.requested_at to approval.at), supplier and work. [unit:"
        " category, team]"
    ),
    parameters={
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.2", "COBIT DSS02", "ITIL Service request management", "FitSM PR9.2"),
    causes=("approval queue", "manual steps"),
    do_first="remove or delegate the slowest approval",
    effective_when="late share <= limit",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("target_result.met", "target_result.metric"),
    headline="{bad} of {all} requests came later than promised.",
    should_be="A request is fulfilled by the promised day.",
    matters="People plan with the promised day.",
    measure="Q01",
    owner_role="request process owner",
)
