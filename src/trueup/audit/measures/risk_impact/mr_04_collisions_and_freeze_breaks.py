"""MR-04: Collisions and freeze breaks."""

from __future__ import annotations

from typing import Any

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
    units = [
        (Unit("service", name), _exact(hits, n)) for name, hits, n in _services(ctx, hot, frozen)
    ]
    both = hot.select("a", "b", unit=hot["ci"]).union(hot.select("a", "b", unit=hot["bci"]))
    units += [(Unit("ci", name), _exact(n, many)) for name, n in _pairs_of(ctx, both).items()]
    return Answer(
        _exact(value + len(frozen), many),
        tuple(units),
        n_min=1,
        unit_n_min=1,
        parts={"collisions": float(value), "begun in a freeze": float(len(frozen))},
    )


def _exact(count: int, n: int) -> Estimate:
    return Estimate(float(count), float(count), float(count), n, exact=True)


def _services(ctx: Context, hot: Any, frozen: dict[str, str | None]) -> list[tuple[str, int, int]]:
    """Each service with a change: its collisions and freeze breaks, and how many changes."""
    w = windows_of(ctx)
    many = w.filter(w["service"].notnull()).group_by("service").agg(n=w["id"].nunique())
    both = hot.select("a", "b", unit=hot["service"]).union(
        hot.select("a", "b", unit=hot["bservice"])
    )
    hits = _pairs_of(ctx, both)
    for service in frozen.values():
        if service is not None:
            hits[service] = hits.get(service, 0) + 1
    n = {row["service"]: int(row["n"]) for row in ctx.rows(many.order_by("service"))}
    return [(name, hits.get(name, 0), max(n.get(name, 0), 1)) for name in sorted({*n, *hits})]


def _pairs_of(ctx: Context, both: Any) -> dict[str, int]:
    """Pairs per unit; a pair within one unit counts once."""
    named = both.filter(both["unit"].notnull()).distinct()
    return {
        row["unit"]: int(row["n"])
        for row in ctx.rows(named.group_by("unit").agg(n=named.count()).order_by("unit"))
    }


def _in_freeze(ctx: Context) -> dict[str, str | None]:
    """Changes begun in a freeze of their service or of all, each with its service."""
    if not ctx.has("freeze"):
        return {}
    freeze, t = ctx.table("freeze"), changes(ctx)
    t = t.filter(ctx.within(t["start"]))
    span = freeze.select(fservice="service", fstart="start", fend="end")
    pair = t.join(span, (t["start"] >= span["fstart"]) & (t["start"] < span["fend"]))
    mine = (pair["fservice"].isnull() | (pair["fservice"] == pair["service"])).fill_null(False)
    rows = pair.filter(mine).select("id", "service").distinct().order_by("id")
    return {row["id"]: row["service"] for row in ctx.rows(rows)}


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
