"""MR-03: Reach of a change."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.changes import completed
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent
from trueup.audit.single_points import COVERED, critical_services, edges, mapped

Array = np.ndarray[Any, Any]

DEEPEST = 4
DRAWS = 10_000
CELLS = 4_000_000
PRIOR = (1.0, 3.0)


def judge(ctx: Context) -> Answer | Silent:
    """How many people a change may reach when it goes wrong, over the dependency graph."""
    services = critical_services(ctx)
    known = mapped(ctx, services)
    if known < COVERED:
        return Silent(
            "not_enough_evidence",
            f"dependencies of only {known:.0%} of critical services are known",
            ("relation.parent",),
        )  # fmt: skip
    touched = _touched(ctx)
    if not touched:
        return Silent("not_applicable", "no change of the period names a CI")
    hits, misses, far = _spread(ctx, touched)
    p = ctx.rng().beta(PRIOR[0] + hits, PRIOR[1] + misses, DRAWS)
    people = _people(ctx)
    steps = np.array([[sum(people.get(s, 0.0) for s, d in reach.items() if d == k)
                       for k in range(1, DEEPEST + 1)] for reach in far])  # fmt: skip
    powers = np.array([p**k for k in range(1, DEEPEST + 1)])
    drawn = _ninetieth(steps, powers)
    low, high = np.quantile(drawn, (0.05, 0.95))
    return Answer(
        Estimate(float(np.median(drawn)), float(low), float(high), len(far), grade="C",
                 method="modelled"),
        n_min=1, parts={"chance that a dependency carries it on": float(p.mean())},
    )  # fmt: skip


def _ninetieth(steps: Array, powers: Array) -> Array:
    """The 90 % quantile over the changes for each draw; changes that reach alike count together."""
    alike, counts = np.unique(steps, axis=0, return_counts=True)
    place = (len(steps) - 1) * 0.9
    out = []
    for part in np.array_split(powers, max(1, alike.shape[0] * DRAWS // CELLS), axis=1):
        reached = alike @ part
        order = np.argsort(reached, axis=0, kind="stable")
        upto, value = np.cumsum(counts[order], axis=0), np.take_along_axis(reached, order, axis=0)
        ends = [np.take_along_axis(value, (upto > at).argmax(axis=0)[None], axis=0)[0]
                for at in (np.floor(place), np.ceil(place))]  # fmt: skip
        out.append(ends[0] + (ends[1] - ends[0]) * (place % 1))
    return np.concatenate(out)


def _touched(ctx: Context) -> dict[str, list[str]]:
    t, link = completed(ctx), ctx.table("change_ci")
    pairs = t.select("id").join(link, t["id"] == link["change"]).select("id", "ci").distinct()
    found: dict[str, list[str]] = {}
    for row in ctx.rows(pairs.order_by("id", "ci")):
        found.setdefault(row["id"], []).append(row["ci"])
    return found


def _spread(ctx: Context, touched: dict[str, list[str]]) -> tuple[int, int, list[dict[str, int]]]:
    """Own hits and misses over one step, and the services above each change with their distance."""
    above: dict[str, list[str]] = {}
    for parent, children in edges(ctx).items():
        for child, _ in children:
            above.setdefault(child, []).append(parent)
    hurt = _hurt(ctx)
    hits = misses = 0
    far = []
    for change, items in touched.items():
        reach: dict[str, int] = {}
        todo = set(items)
        for depth in range(1, DEEPEST + 1):
            todo = {up for at in todo for up in above.get(at, ())} - reach.keys()
            reach |= dict.fromkeys(todo, depth)
        near = {name for name, depth in reach.items() if depth == 1}
        hits += len(near & hurt.get(change, set()))
        misses += len(near - hurt.get(change, set()))
        far.append(reach)
    return hits, misses, far


def _hurt(ctx: Context) -> dict[str, set[str]]:
    """What incidents say that a change hit: services and CIs."""
    record = ctx.table("record")
    named = record.filter(record["caused_by_change"].notnull())
    found: dict[str, set[str]] = {}
    for row in ctx.rows(named.select("caused_by_change", "service", "ci").distinct()):
        found.setdefault(row["caused_by_change"], set()).update(
            {v for v in (row["service"], row["ci"]) if v is not None}
        )
    return found


def _people(ctx: Context) -> dict[str, float]:
    """Active users per service in the newest month recorded."""
    if not ctx.has("usage.active_users"):
        return dict.fromkeys(critical_services(ctx), 1.0)
    usage = ctx.table("usage")
    by = usage.group_by("service", "month").agg(n=usage["active_users"].sum())
    rows = ctx.rows(by.order_by("service", "month"))
    return {row["service"]: float(row["n"] or 0) for row in rows}


MEASURE = Measure(
    id="MR-03",
    indicator="risk_impact",
    key=False,
    title="Reach of a change",
    formula=(
        "P(service hit) by percolation on relation: edge probability ~ Beta(1 + hits, 3 + "
        "misses) learned from own failures (outage, incidents with caused_by_change); "
        "consequence = sum of P x outage hours x price_list downtime_hour x usage.active_users "
        "share"
    ),
    tables=("change", "change_ci", "relation", "record", "service"),
    unit="persons, money P90",
    direction="context",
    grain=("record", "service"),
    n_min="relations for >= 80 % of critical services",
    method="Monte Carlo 10,000",
    target="context",
    limit="context",
    caveats="unknown edges: report coverage and the dark share",
    tier=3,
    judge=judge,
    needs=("change.end", "change_ci.ci", "relation.child"),
    uses=("usage.active_users", "record.caused_by_change"),
)
