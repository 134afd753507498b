"""MR-01: Change failure rate."""

from __future__ import annotations

from trueup.audit.changes import with_failure
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion

LIMIT = 0.10


def judge(ctx: Context) -> Answer | Silent:
    """Share of completed changes that failed, or that a grave incident names as its cause."""
    t = with_failure(ctx)
    rows = t.select("id", "team", "service", "category", "bad", at=t["end"])
    kinds = ("service", "team", "category")
    return ShareQuestion(ctx, rows, LIMIT, kinds=kinds, table="change").answer(30, 50)


MEASURE = Measure(
    id="MR-01",
    indicator="risk_impact",
    key=True,
    title="Change failure rate",
    formula=(
        "(change.outcome in (failed, backed_out), or an incident with record.priority <= 2 and "
        "record.caused_by_change = the change) / completed changes (change.end set, outcome not"
        " cancelled)"
    ),
    tables=("change", "record"),
    unit="share",
    direction="down",
    grain=("service", "team", "category", "organisation"),
    n_min="30 (50 per group)",
    method="Wilson; p-prime chart; funnel with phi, BH",
    target=0.05,
    limit=0.10,
    caveats=("outcome is self-reported: compare with MR-02; published bands are never a gate"),
    tier=3,
    judge=judge,
    needs=("change.end", "change.outcome"),
    uses=("record.caused_by_change", "record.priority", "record.team", "record.service"),
)
