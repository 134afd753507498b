"""M01: Actions overdue."""

from __future__ import annotations

import ibis

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Actions past their day that are not done; on major findings any that is long overdue."""
    if (silence := unheld(ctx, "action.done_at")) is not None:
        return silence
    action, person = ctx.table("action"), ctx.table("person")
    today = ctx.today
    due = action.filter(action["due"].notnull() & (action["due"] < today))
    finding = ctx.table("finding").select(fid="id", grade="grade")
    homes = person.select(pid="id", team="team")
    joined = due.left_join(finding, due["finding"] == finding["fid"])
    joined = joined.left_join(homes, joined["owner"] == homes["pid"])
    late = joined["done_at"].isnull()
    days = ibis.literal(today).delta(joined["due"], unit="day")
    rows = joined.select(
        "team", id=joined["id"], at=joined["due"].cast("timestamp(6)"), bad=late,
        critical=(joined["grade"] == "major").fill_null(False)
        & (days > int(ctx.number("major_days"))),
        why=ibis.literal("due and not done"),
    )  # fmt: skip
    return ShareQuestion(
        ctx, rows, ctx.number("limit"), ("team",), "action", any_critical=True, floor=1
    ).probe()


CHECK = Check(
    id="M01",
    area="Follow-up and management",
    title="Actions overdue",
    question="Are agreed actions done?",
    tables=("action",),
    rule=(
        "action.due < manifest.as_of and action.done_at null / due actions > limit; or any on "
        "finding.grade = major (if recorded) overdue > major_days. [unit: team, organisation]"
    ),
    parameters={
        "limit": 0.10,
        "major_days": 30,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 10.1",
        "COBIT MEA04",
        "ITIL Continual improvement",
        "FitSM GR7.1",
        "FitSM PR14.3",
    ),
    causes=("no time",),
    do_first="plan again or escalate",
    effective_when="<= 5 %",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("action.due",),
    headline="{bad} of {all} actions that were due are not done.",
    should_be="What was agreed is done by its day.",
    matters="Known problems stay.",
    measure="M01",
    owner_role="lead auditor",
)
