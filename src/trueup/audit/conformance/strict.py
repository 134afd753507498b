"""The strict paths of changes on the evidence: from the yes to the end, and the chain of yeses.

A case is a change that ended in the period and was not cancelled (method 3.0). Its steps are the
first moment of each kind, those of one instant in the order of the plan: equal stamps are
parallel and break nothing (5.2, rule 1). The yes is the one that rule CHG-01 asks for: at the
level that the change requires, where both are recorded. Standard changes were approved once, as
templates; they have no path. A step that the source does not record is left out of the path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.conformance.cases import Scope, scope_for
from trueup.audit.conformance.following import Followed, follow, grey
from trueup.audit.conformance.moments import moments, unrecorded
from trueup.audit.conformance.paths import CHAINS, CHANGE, net_of_path, without
from trueup.audit.conformance.rules import Operand
from trueup.audit.conformance.sequences import Counts, counted
from trueup.audit.conformance.shapes import ALWAYS, NEVER, instant
from trueup.audit.conformance.steps import strong
from trueup.audit.context import Context

STEPS = {
    "assessed": Operand.of("change.prediction_locked_at"),
    "approved": Operand.of("yes | approved"),
    "started": Operand.of("started | change.start"),
    "implemented": Operand.of("change.end | implemented"),
}
MOST = ("approved", "started", "implemented")
CHAIN_NEEDS = ("approval.step", "approval.at", "change.required_approval", "change.start",
               "change.end")  # fmt: skip


def change_path(ctx: Context) -> Followed:
    """Assessed, approved, started, implemented: what was skipped or came in another order."""
    name = "path of a change"
    missing = ctx.missing("change.type", "change.end")
    if missing:
        return grey(name, "change", "", missing)
    scope = scope_for(ctx, ("change",))
    lacking = {step: unrecorded(scope, told, wanted=True) for step, told in STEPS.items()}
    needed = tuple(dict.fromkeys(each for step in MOST for each in lacking[step]))
    if needed:
        return grey(name, "change", "", needed)
    steps = [step for step in STEPS if not lacking[step]]
    got = ctx.fetch(_moments(scope, steps).order_by("record", "seq"))
    plans = []
    for kind, path in CHANGE.items():
        for step in set(STEPS) - set(steps):
            path = without(path, step)
        plans.append((net_of_path(path), _stories(got, kind).items()))
    return follow(name, "change", plans)


def _ended(scope: Scope) -> Any:
    """Changes that ended in the period: `case_id` and the group their path is chosen by."""
    t = scope.cases
    return t.filter(scope.ctx.within(t["end"]) & (t["end"] <= scope.ctx.now)
                    & (t["outcome"] != "cancelled").fill_null(True))  # fmt: skip


def _moments(scope: Scope, steps: Sequence[str]) -> Any:
    """The first moment of each step of each ended change: record, at, seq, label, group."""
    ended = _ended(scope).select(mine="case_id", group="type")
    parts = []
    for place, step in enumerate(STEPS):
        if step in steps:
            found = moments(scope, STEPS[step], wanted=True)
            found = _required(scope, found) if step == "approved" else found
            timed = found.filter((found["at"] > instant(ALWAYS)) & (found["at"] < instant(NEVER)))
            first = timed.group_by("case").agg(at=timed["at"].min())
            parts.append(first.mutate(label=ibis.literal(step), seq=ibis.literal(place, "int64")))
    t = ibis.union(*parts)
    t = t.join(ended, t["case"] == ended["mine"])
    return t.select("at", "seq", "label", "group", record=t["case"])


def _required(scope: Scope, found: Any) -> Any:
    """The yeses at the level that the change requires (rule CHG-01, H01)."""
    prefixed = found.rename({f"b_{name}": name for name in found.columns})
    kept = strong(scope, prefixed, "required_approval")
    return kept.rename({name: f"b_{name}" for name in found.columns})


def _stories(got: pa.Table, group: str) -> Counts:
    mine = got.filter(pc.equal(got["group"], group))
    return counted([mine.select(["record", "at", "seq", "label"])])


def approval_chain(ctx: Context) -> Followed:
    """The yeses of each change in the order of its row of DT4, then the start.

    Changes whose required approval names no row of DT4 (A3 to A11) are none of its cases; steps
    that the row does not have are passed over, of equal ones the first counts.
    """
    name = "chain of approvals"
    missing = ctx.missing(*CHAIN_NEEDS)
    if missing:
        return grey(name, "change", "", missing)
    scope = scope_for(ctx, ("change",))
    row = scope.cases["required_approval"].re_extract(r"^(A\d+)(\D|$)", 1)
    mine = _ended(scope).mutate(group=row)
    mine = mine.filter(mine["group"].isin(list(CHAINS)))
    got = ctx.fetch(_yeses(ctx, mine).order_by("record", "seq"))
    if not got.num_rows:
        return grey(name, "change", "no change names a row of the table of approvals")
    plans = [(net_of_path(path), _stories(got, row).items()) for row, path in CHAINS.items()]
    return follow(name, "change", plans)


def _yeses(ctx: Context, mine: Any) -> Any:
    """The first yes of each step, and the start; `seq` is the place in the plan, for ties."""
    approval = ctx.table("approval")
    yes = approval.filter(
        approval["entity"].isin(["record", "change"]) & (approval["decision"] == "approved")
        & approval["at"].notnull() & approval["step"].notnull()
    )  # fmt: skip
    said = yes.select(aid="entity_id", label=yes["step"].lower().strip(), when="at")
    ours = mine.select(mid="case_id", group="group")
    t = said.join(ours, said["aid"] == ours["mid"])
    first = t.group_by(record=t["aid"], label=t["label"], group=t["group"]).agg(at=t["when"].min())
    start = mine.filter(mine["start"].notnull()).select(
        record="case_id", label=ibis.literal("started"), group="group", at="start"
    )
    every = ibis.union(first.select("record", "label", "group", "at"), start)
    places = [
        ((every["group"] == row) & (every["label"] == step), place)
        for row, path in CHAINS.items() for place, step in enumerate(re.split(" [>|&] ", path))
    ]  # fmt: skip
    return every.mutate(seq=ibis.cases(*places, else_=99).cast("int64"))
