"""Z13: Evidence promised, not there."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.money import row_id
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Decisions, tests and completed actions whose proof is not recorded."""
    approval, record = ctx.table("approval"), ctx.table("record")
    decided = approval.filter(approval["decision"].isin(["approved", "rejected"]))
    homes = record.select(rid=record["id"], team=record["team"])
    joined = decided.left_join(homes, decided["entity_id"] == homes["rid"])
    parts = [
        joined.select(
            table=ibis.literal("approval"), id=joined["id"], at=joined["at"],
            bad=joined["at"].isnull() | joined["approver"].isnull(),
            why=ibis.literal("a decision without name or time"), team=joined["team"],
        )
    ]  # fmt: skip
    nobody = ibis.null().cast("string")
    if ctx.has("recovery_test"):
        test = ctx.table("recovery_test")
        passed = test.filter(test["ok"])
        parts.append(passed.select(
            table=ibis.literal("recovery_test"),
            id=row_id(passed, "recovery_test"),

            at=passed["at"].cast("timestamp(6)"), bad=passed["achieved_h"].isnull(),
            why=ibis.literal("a passed test without the time it took"), team=nobody,
        ))  # fmt: skip
    if ctx.has("control.test_result"):
        control = ctx.table("control")
        passed = control.filter(control["test_result"] == "passed")
        parts.append(passed.select(
            table=ibis.literal("control"), id=passed["id"],
            at=passed["last_test"].cast("timestamp(6)"),
            bad=passed["last_test"].isnull(), why=ibis.literal("a passed test without its day"),
            team=nobody,
        ))  # fmt: skip
    if ctx.has("action.done_at"):
        action = ctx.table("action")
        done = action.filter(action["done_at"].notnull())
        proof = done["source"].isnull() & done["evidence"].isnull()
        parts.append(done.select(
            table=ibis.literal("action"), id=done["id"], at=done["done_at"], bad=proof,
            why=ibis.literal("done without proof"), team=nobody,
        ))  # fmt: skip
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return ShareQuestion(ctx, rows, ctx.number("limit"), kinds=("team",), table="approval").probe()


CHECK = Check(
    id="Z13",
    area="Records and audit log",
    title="Evidence promised, not there",
    question="Is the proof attached where it is required?",
    tables=("approval",),
    rule=(
        "Share > limit of: decided approval rows (approval.decision in (approved, rejected)) "
        "without approval.at or approval.approver; if recorded also recovery_test.ok = true "
        "without recovery_test.achieved_h, control.test_result = passed without "
        "control.last_test, action.done_at set without action.source. [unit: organisation, "
        "team]"
    ),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 7.5", "COBIT MEA04", "FitSM GR2.3"),
    causes=("form without upload", "copy and paste"),
    do_first="require the upload; reviewer looks at 10",
    effective_when="<= limit and no reused file digests",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    headline="{bad} of {all} decisions and tests have no proof behind them.",
    should_be="Who decided, when, and what a test showed is written down.",
    matters="A control that cannot be proved counts as not done.",
)
