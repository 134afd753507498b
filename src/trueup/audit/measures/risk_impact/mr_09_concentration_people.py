"""MR-09: Concentration: people."""

from __future__ import annotations

from collections.abc import Iterable

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.single_points import LEAST, Cell, critical_services, every_cell

SHARE = 0.70


def judge(ctx: Context) -> Answer | Silent:
    """Categories and CIs of critical services that one person alone solves.

    A category or CI counts once, whether one person carries it in all critical services together
    or in one of them. The value counts by the share itself, its lower end by the interval of the
    share: what may be chance is no red.
    """
    if not critical_services(ctx):
        return Silent("not_applicable", "no service is critical")
    found = every_cell(ctx)
    if not found:
        return Silent(
            "not_enough_evidence", f"no cell has {LEAST} resolutions in six months", n=0, n_min=1
        )
    by = [
        (Unit("service", name), _count(c for c in found if c.service == name))
        for name in sorted({c.service for c in found if c.service})
    ]
    by += [
        (Unit("category", name), _count(c for c in found if (c.kind, c.name) == ("category", name)))
        for name in sorted({c.name for c in found if c.kind == "category"})
    ]
    least = min(cell.people for cell in found)
    return Answer(
        _count(found), tuple(by), n_min=1, unit_n_min=1,
        parts={"fewest people for half of a cell": float(least)},
    )  # fmt: skip


def _count(cells: Iterable[Cell]) -> Estimate:
    mine = list(cells)
    alone = {c.label for c in mine if c.share >= SHARE}
    certain = {c.label for c in mine if c.low >= SHARE}
    value = float(len(alone))
    return Estimate(value, float(len(certain)), value, len({c.label for c in mine}), exact=True)


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
