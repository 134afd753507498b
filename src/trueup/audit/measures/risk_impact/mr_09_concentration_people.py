"""MR-09: Concentration: people."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent


def judge(ctx: Context) -> Answer | Silent:
    """Not computed yet."""
    return Silent("not_enough_evidence", "this measure is not computed in this version")


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
)
