"""MR-04: Collisions and freeze breaks."""

from __future__ import annotations

import ibis

from trueup.audit.changes import changes, collisions, windows_of
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit


def judge(ctx: Context) -> Answer | Silent:
    """Colliding pairs on critical things, and changes begun in a freeze of their service."""
    w = windows_of(ctx)
    many = int(ctx.one(w.agg(n=w["id"].nunique()))["n"])
    if not many:
        return Silent("not_applicable", "no change names a CI and a window in the period")
    pairs = collisions(ctx)
    hot = pairs.filter(pairs["critical"])
    value = len(ctx.rows(hot.select("a", "b").distinct()))
    frozen = _in_freeze(ctx)
    units = []
    for kind in ("ci", "service"):
        by = hot.filter(hot[kind].notnull()).select(kind, "a", "b").distinct()
        counted = by.group_by(kind).agg(n=by.count()).order_by(kind)
        units += [(Unit(kind, row[kind]), _exact(row["n"], many)) for row in ctx.rows(counted)]
    return Answer(
        _exact(value + frozen, many),
        tuple(units),
        n_min=1,
        unit_n_min=1,
        parts={"collisions": float(value), "begun in a freeze": float(frozen)},
    )


def _exact(count: int, n: int) -> Estimate:
    return Estimate(float(count), float(count), float(count), n, exact=True)


def _in_freeze(ctx: Context) -> int:
    if not ctx.has("freeze"):
        return 0
    freeze, t = ctx.table("freeze"), changes(ctx)
    t = t.filter(ctx.within(t["start"]))
    span = freeze.select(fservice="service", fstart="start", fend="end")
    pair = t.join(span, (t["start"] >= span["fstart"]) & (t["start"] < span["fend"]))
    mine = (pair["fservice"].isnull() | (pair["fservice"] == pair["service"])).fill_null(False)
    return int(ctx.one(pair.filter(mine).agg(n=ibis._["id"].nunique()))["n"])


MEASURE = Measure(
    id="MR-04",
    indicator="risk_impact",
    key=False,
    title="Collisions and freeze breaks",
    formula=(
        "pairs by the rule of H07 on critical services; changes in a freeze (needs the missing "
        "freeze table)"
    ),
    tables=("change", "change_ci", "relation", "record"),
    unit="count",
    direction="down",
    grain=("service", "ci"),
    n_min="1 change",
    method="count",
    target=0,
    limit=0,
    caveats="others are listed",
    tier=3,
    judge=judge,
    needs=("change_ci.ci",),
    uses=("change.start", "change.plan_start", "freeze", "ci.criticality", "service.criticality"),
)
