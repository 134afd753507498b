"""Tests of a form of their own: counts, windows, rhythm, teams and support lines."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.conformance.cases import ENDED, Scope
from trueup.audit.conformance.moments import own_log, unrecorded
from trueup.audit.conformance.rules import Step
from trueup.audit.conformance.shapes import NEVER, instant
from trueup.audit.conformance.steps import KEY, Test, needed, pairs, result, side, surely_before
from trueup.audit.relations import record_events, team_steps


def fewer(scope: Scope, acts: Any, step: Step) -> Any:
    """The case has fewer than `n` moments of the operand; else the column `count` says how many."""
    most = int(step.args["n"])
    if unrecorded(scope, step.args["a"]) and step.args.get("count"):
        counted = scope.cases.select(b_case=scope.cases["case_id"],
                                     n=scope.cases[step.args["count"]])  # fmt: skip
    else:
        found = needed(scope, step.args["a"])
        counted = found.group_by("b_case").agg(n=found.count())
    t = acts.left_join(counted, acts["case"] == counted["b_case"])
    n = t["n"].fill_null(0)
    over = ibis.cases((n >= most, True), (_over(scope, t), False), else_=None).cast("boolean")
    null = ibis.null("timestamp(6)")
    return t.select("case", "ref", "at", broken=over, other=ibis.null("string"), start=null,
                    stop=null, size=n.cast("float64"))  # fmt: skip


def _over(scope: Scope, t: Any) -> Any:
    """Whether nothing more can come: the record ended; other things have no end of their own."""
    if scope.table != "record":
        return ibis.literal(True)
    ended = scope.cases.filter(scope.cases["state"].isin(list(ENDED)))
    return t["case"].isin(ended["case_id"])


def inside(scope: Scope, acts: Any, step: Step) -> Any:
    """The real window lies in the planned one; `size` is minutes outside."""
    first, last, low, high = (step.args[name] for name in ("start", "upto", "from", "to"))
    c = scope.cases
    names = [operand.chains[0][0].name.partition(".")[2] for operand in (first, last)]
    windows = c.select(w_case=c["case_id"], w1=c[names[0]], w2=c[names[1]], p1=c[low], p2=c[high])
    t = acts.join(windows, acts["case"] == windows["w_case"])
    t = t.filter(t["p1"].notnull() & t["p2"].notnull())
    early, late = _minutes(t["p1"], t["w1"]), _minutes(t["w2"].coalesce(t["w1"]), t["p2"])
    out = ibis.greatest(early, 0.0) + ibis.greatest(late, 0.0)
    broken = ibis.cases((out > 0, True), (t["w2"].notnull(), False), else_=None).cast("boolean")
    null = ibis.null("timestamp(6)")
    return t.select("case", "ref", "at", broken=broken, other=ibis.null("string"), start=null,
                    stop=null, size=out)  # fmt: skip


def _minutes(later: Any, earlier: Any) -> Any:
    return (later.epoch_seconds() - earlier.epoch_seconds()).cast("float64") / 60.0


def outside(scope: Scope, acts: Any, step: Step) -> Any:
    """The activation lies in no interval of the operand, unless `unless` allows it."""
    both = pairs(acts, needed(scope, step.args["b"]))
    hit = both.filter((both["at"] >= both["b_at"]) & (both["at"] < both["b_until"]))
    allowed = needed(scope, step.args["unless"]).select(ok="b_case").distinct()
    hit = hit.left_join(allowed, hit["case"] == allowed["ok"]).filter(ibis._.ok.isnull())
    found = hit.group_by(*KEY).agg(b_ref=hit["b_ref"].min())
    return result(acts, found, broken=lambda t: t["b_ref"].notnull(), other=lambda t: t["b_ref"])


def ahead(scope: Scope, acts: Any, step: Step) -> Any:
    """The first moment of the operand lies at least a span before the activation.

    `start` is that moment and `stop` the activation: too short a time between them breaks it.
    """
    both = pairs(acts, needed(scope, step.args["b"]))
    found = both.group_by(*KEY).agg(
        first=both["b_at"].min(), b_ref=both["b_ref"].argmin(both["b_at"])
    )
    return result(
        acts, found, other=lambda t: t["b_ref"],
        start=lambda t: ibis.ifelse(t["b_ref"].isnull(), t["at"], t["first"]),
        stop=lambda t: ibis.least(t["at"], instant(NEVER)),
    )  # fmt: skip


def every(scope: Scope, acts: Any, step: Step) -> Any:
    """From the activation to `upto` (or now) no gap between moments is longer than the span.

    `size` is the longest gap in minutes.
    """
    ends = pairs(acts, needed(scope, step.args["upto"]))
    ends = ends.filter(surely_before(side(ends), side(ends, "b_")))
    last = ends.group_by(*KEY).agg(ended=ends["b_at"].min())
    spans = result(acts, last, stop=lambda t: t["ended"]).select("case", "ref", "at", "stop")
    begun = spans.mutate(over=spans["stop"].coalesce(instant(scope.ctx.as_of)))
    words = pairs(begun, needed(scope, step.args["every"]))
    words = words.filter((words["b_at"] >= words["at"]) & (words["b_at"] <= words["over"]))
    points = ibis.union(
        words.select("case", "ref", point="b_at"),
        begun.select("case", "ref", point="at"),
        begun.select("case", "ref", point="over"),
    )
    order = ibis.window(group_by=list(KEY), order_by="point")
    gaps = points.mutate(gap=_minutes(points["point"], points["point"].lag().over(order)))
    longest = gaps.group_by(*KEY).agg(longest=gaps["gap"].max())
    limit = step.args["within"][0][1].amount
    gap = longest.rename(g_case="case", g_ref="ref")
    t = begun.join(gap, (begun["case"] == gap["g_case"]) & (begun["ref"] == gap["g_ref"]))
    broken = ibis.cases((t["longest"] > limit, True), (t["stop"].isnull(), None), else_=False)
    null = ibis.null("timestamp(6)")
    return t.select("case", "ref", "at", broken=broken.cast("boolean"), other=ibis.null("string"),
                    start=null, stop=null, size=t["longest"])  # fmt: skip


def same_unit_return(scope: Scope) -> Any:
    """Each handover: broken where the team held the record before (return to any earlier team).

    `size` is 1 for a return by the narrower definition A-B-A, 2 for one by a longer way. Of two
    handovers at one instant without a recorded order none is a return.
    """
    steps = team_steps(scope.ctx)
    mine = _mine(scope)
    t = steps.join(mine, steps["record"] == mine["own"])
    order = ibis.window(group_by=["record", "team"], order_by="step")
    turn = ibis.window(group_by="record", order_by="step")
    t = t.mutate(again=ibis.row_number().over(order), last_at=t["at"].lag().over(turn))
    moves = t.filter(t["step"] > 0)
    sure = ibis.literal(own_log(scope.ctx)) | (moves["at"] > moves["last_at"])
    back = moves["again"] > 0
    null = ibis.null("timestamp(6)")
    return moves.select(
        case=moves["record"],
        ref=ibis.literal("record:") + moves["record"] + "#" + moves["step"].cast("string"),
        at=moves["at"],
        broken=ibis.ifelse(sure, back, None).cast("boolean"),
        other=moves["before"] + "|" + moves["team"],
        start=null, stop=null,
        size=ibis.ifelse(back, ibis.ifelse(moves["team"] == moves["before2"], 1.0, 2.0), None)
        .cast("float64"),
    )  # fmt: skip


def level_order(scope: Scope) -> Any:
    """The first line of a record, and each change of line: one up, never down, first at 1."""
    events = record_events(scope.ctx)
    mine = _mine(scope)
    t = events.join(mine, events["record"] == mine["own"])
    order = ibis.window(group_by="record", order_by=["at_occurred", "seq"])
    t = t.filter(t["level"].notnull())
    t = t.mutate(was=t["level"].lag().over(order), last_at=t["at_occurred"].lag().over(order))
    moves = t.filter(t["was"].isnull() | (t["was"] != t["level"]))
    up = moves["level"] - moves["was"]
    bad = ibis.ifelse(moves["was"].isnull(), moves["level"] != 1, up != 1)
    sure = ibis.literal(own_log(scope.ctx)) | moves["was"].isnull() | (
        moves["at_occurred"] > moves["last_at"]
    )  # fmt: skip
    null = ibis.null("timestamp(6)")
    return moves.select(
        case=moves["record"],
        ref=ibis.literal("event:") + moves["seq"].cast("string"),
        at=moves["at_occurred"],
        broken=ibis.ifelse(sure, bad, None).cast("boolean"),
        other=moves["was"].cast("string"),
        start=null, stop=null, size=moves["level"].cast("float64"),
    )  # fmt: skip


def _mine(scope: Scope) -> Any:
    return scope.cases.select(own=scope.cases["case_id"])


WINDOWS: dict[str, Test] = {
    "fewer": fewer,
    "inside": inside,
    "outside": outside,
    "ahead": ahead,
    "every": every,
}
