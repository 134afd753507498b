"""MR-11: Concentration: components."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import Answer, Measure, Silent, Unit
from trueup.audit.single_points import (
    COVERED,
    critical_services,
    mapped,
    needed,
    planned,
    plans_unknown,
)

MANY = 2


def judge(ctx: Context) -> Answer | Silent:
    """Components whose loss stops two critical services or more, and for which no plan exists.

    A plan is a contingency or a treated risk of the component, or what MR-10 calls a plan for
    each service that would stop.
    """
    services = critical_services(ctx)
    if not services:
        return Silent("not_applicable", "no service is critical")
    known = mapped(ctx, services)
    if known < COVERED:
        return Silent(
            "not_enough_evidence",
            f"dependencies of only {known:.0%} of critical services are known",
            ("relation.parent",),
        )  # fmt: skip
    stops: dict[str, list[str]] = {}
    components = {row["id"] for row in ctx.rows(ctx.table("ci").select("id"))}
    for service in services:
        for item in needed(ctx, service) & components:
            stops.setdefault(item, []).append(service)
    shared = {item: by for item, by in stops.items() if len(by) >= MANY}
    if shared and (silence := plans_unknown(ctx)) is not None:
        return silence
    plans = planned(ctx)
    bare = {
        item: by for item, by in shared.items()
        if item not in plans["ci"] and not all(s in plans["service"] for s in by)
    }  # fmt: skip
    units = [(Unit("ci", item), exact(1.0, 1)) for item in sorted(bare)]
    units += [
        (Unit("service", s), exact(float(sum(s in by for by in bare.values())), 1))
        for s in services
    ]
    return Answer(
        exact(float(len(bare)), max(1, len(stops))), tuple(units), n_min=1, unit_n_min=1,
        parts={"components two critical services need": float(len(shared))},
        numerator=later([("ci", item, "") for item in sorted(bare)]),
    )  # fmt: skip


MEASURE = Measure(
    id="MR-11",
    indicator="risk_impact",
    key=False,
    title="Concentration: components",
    formula=(
        "CIs whose loss stops >= 2 critical services (cut of relation without redundant edges) "
        "x P(fail) x consequence (MR-03); value = those without a plan"
    ),
    tables=("ci", "relation", "service"),
    unit="count",
    direction="down",
    grain=("ci", "service"),
    n_min="relations for >= 80 % of critical services",
    method="minimum cut + MR-03",
    target=0,
    limit=0,
    caveats="redundant edges are often missing: ask",
    tier=3,
    judge=judge,
    needs=("service.criticality", "relation.child"),
    uses=("relation.redundant", "risk.ci", "contingency"),
)
