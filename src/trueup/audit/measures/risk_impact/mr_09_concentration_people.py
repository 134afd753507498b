"""MR-09: Concentration: people."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.single_points import LEAST, Cell, cells, critical_services

SHARE = 0.70


def judge(ctx: Context) -> Answer | Silent:
    """Categories and CIs of critical services that one person alone solves."""
    if not critical_services(ctx):
        return Silent("not_applicable", "no service is critical")
    found = cells(ctx)
    if not found:
        return Silent("not_enough_evidence", f"no cell has {LEAST} resolutions in six months")
    alone = [cell for cell in found if cell.low >= SHARE]
    by = [
        (Unit("service", name), _count([c for c in alone if c.service == name], found, name))
        for name in sorted({cell.service for cell in found})
    ]
    by += [
        (Unit("category", name), exact(float(sum(c.name == name for c in alone)), 1))
        for name in sorted({cell.name for cell in alone if cell.kind == "category"})
    ]
    least = min(cell.people for cell in found)
    return Answer(
        exact(float(len(alone)), len(found)), tuple(by), n_min=1, unit_n_min=1,
        parts={"fewest people for half of a cell": float(least)},
    )  # fmt: skip


def _count(alone: list[Cell], found: list[Cell], service: str) -> Estimate:
    return exact(float(len(alone)), sum(cell.service == service for cell in found))


MEASURE = Measure(
    id="MR-09",
    indicator="risk_impact",
    key=True,
    title="Concentration: people",
    formula=(
        "cells (record.category, and record.ci) where one person (event.actor of resolved) did "
        ">= 70 % of the resolutions in 6 months; value = such cells on critical services; bus "
        "factor = least persons covering 50 %"
    ),
    tables=("record", "event", "service"),
    unit="count",
    direction="down",
    grain=("category", "service"),
    n_min="20 records per cell",
    method="bootstrap of the top share",
    target=0,
    limit=0,
    caveats=(
        "shared accounts hide it (Z10); names only to the owner; cells on other services are listed"
    ),
    tier=1,
    judge=judge,
    needs=("event.actor", "service.criticality", "record.service"),
    uses=("record.category", "record.ci", "person.kind"),
)
