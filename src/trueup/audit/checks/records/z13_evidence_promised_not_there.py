"""Z13: Evidence promised, not there."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.branches import branched
from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.money import row_id
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Decisions, tests and completed actions whose proof is not recorded.

    "Share > limit of" the four kinds is asked of all of them together and of each kind by
    itself, as a few tests would drown among the approvals. By itself an action that names its
    finding is no exception: there it comes from.
    """
    kinds = {}
    if held(ctx, "approval.at") or held(ctx, "approval.approver"):
        kinds["decisions"] = (_decisions(ctx), 30)
    if ctx.has("recovery_test") and held(ctx, "recovery_test.achieved_h"):
        kinds["recovery tests"] = (_recovery_tests(ctx), 5)
    if ctx.has("control.test_result") and held(ctx, "control.last_test"):
        kinds["controls"] = (_controls(ctx), 5)
    if ctx.has("action.done_at") and (held(ctx, "action.source") or held(ctx, "action.evidence")):
        kinds["actions"] = (_actions(ctx), 10)
    if not kinds:
        gaps = ("approval.at", "approval.approver")
        return Silent("not_enough_evidence", "proof is not recorded", gaps)
    parts = [part for part, _ in kinds.values()]
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    every = _question(ctx, rows.mutate(bad=rows["bad"] | rows["loose"]), 30)
    if len(parts) == 1 or isinstance(every, Silent):
        return every
    alone = {name: _question(ctx, part, floor) for name, (part, floor) in kinds.items()}
    return branched({"": every, **alone})


def _question(ctx: Context, rows: Any, floor: int) -> Probe | Silent:
    return ShareQuestion(
        ctx, rows.drop("loose"), ctx.number("limit"), kinds=("team",), table="approval",
        floor=floor,
    ).probe()  # fmt: skip


def _decisions(ctx: Context) -> Any:
    approval, record = ctx.table("approval"), ctx.table("record")
    decided = approval.filter(approval["decision"].isin(["approved", "rejected"]))
    homes = record.select(rid=record["id"], team=record["team"])
    joined = decided.left_join(homes, decided["entity_id"] == homes["rid"])
    return joined.select(
        table=ibis.literal("approval"), id=joined["id"], at=joined["at"],
        bad=_bare(ctx, joined, "at") | _bare(ctx, joined, "approver"), loose=ibis.literal(False),
        why=ibis.literal("a decision without name or time"), team=joined["team"],
    )  # fmt: skip


def _bare(ctx: Context, rows: Any, column: str) -> Any:
    """Whether a decision lacks it, where the column is recorded at all."""
    return rows[column].isnull() & ibis.literal(held(ctx, f"approval.{column}"))


def _recovery_tests(ctx: Context) -> Any:
    test = ctx.table("recovery_test")
    passed = test.filter(test["ok"])
    return passed.select(
        table=ibis.literal("recovery_test"), id=row_id(passed, "recovery_test"),
        at=passed["at"].cast("timestamp(6)"), bad=passed["achieved_h"].isnull(),
        loose=ibis.literal(False),
        why=ibis.literal("a passed test without the time it took"), team=_nobody(),
    )  # fmt: skip


def _controls(ctx: Context) -> Any:
    control = ctx.table("control")
    passed = control.filter(control["test_result"] == "passed")
    return passed.select(
        table=ibis.literal("control"), id=passed["id"],
        at=passed["last_test"].cast("timestamp(6)"), bad=passed["last_test"].isnull(),
        loose=ibis.literal(False), why=ibis.literal("a passed test without its day"),
        team=_nobody(),
    )  # fmt: skip


def _actions(ctx: Context) -> Any:
    action = ctx.table("action")
    done = action.filter(action["done_at"].notnull())
    bare = done["source"].isnull() & done["evidence"].isnull()
    return done.select(
        table=ibis.literal("action"), id=done["id"], at=done["done_at"],
        bad=bare & done["finding"].isnull(), loose=bare & done["finding"].notnull(),
        why=ibis.literal("done without proof"), team=_nobody(),
    )  # fmt: skip


def _nobody() -> Any:
    return ibis.null().cast("string")


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
