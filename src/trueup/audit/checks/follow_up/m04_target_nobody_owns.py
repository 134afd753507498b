"""M04: Target nobody owns."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Measure, Probe, Silent
from trueup.audit.shares import listed_rows


def ask(ctx: Context) -> Probe | Silent:
    """Key measures without a row, target or owner, or that nobody has looked at for long."""
    if (silence := unheld(ctx, "measure.target", "measure.owner")) is not None:
        return silence
    keys = sorted(id for id, m in ctx.asks.items() if isinstance(m, Measure) and m.key)
    rows = {r["id"]: r for r in ctx.rows(ctx.table("measure").order_by("id"))}
    oldest = np.datetime64(ctx.as_of) - np.timedelta64(int(ctx.number("days")), "D")
    seen = ctx.has("measure.looked_at")
    bad = []
    for id in keys:
        row = rows.get(id)
        looked = row["looked_at"] if row else None
        stale = seen and (looked is None or np.datetime64(looked.replace(tzinfo=None)) < oldest)
        if row is None or row["target"] is None or row["owner"] is None or stale:
            bad.append(id)
    n, k = len(keys), len(bad)
    listed = listed_rows(np.array(bad), "no target, no owner, or nobody looks at it", "measure")
    share = k / n
    whole = Case(
        ORGANISATION, Estimate(share, share, share, n, exact=True), k, n, bad=lambda: listed,
        good=lambda: listed_rows(np.array([i for i in keys if i not in bad][:20]), "", "measure"),
    )  # fmt: skip
    return Probe(n, n, whole, floor=1)


CHECK = Check(
    id="M04",
    area="Follow-up and management",
    title="Target nobody owns",
    question="Does every key measure have a target, an owner and a use?",
    tables=("measure",),
    rule=(
        "Key measures without a measure row, or with measure.target or measure.owner null, or "
        "measure.looked_at older than days. Exact count. [unit: organisation]"
    ),
    parameters={
        "days": 90,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 6.2",
        "ISO 20000-1 9.1",
        "COBIT MEA01",
        "ITIL Measurement and reporting",
        "FitSM GR6.1",
    ),
    causes=("dashboards for show",),
    do_first="drop it or own it",
    effective_when="100 % owned",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    headline="{bad} of {all} key measures have no target or owner, or nobody looks at them.",
    should_be="Each key measure has a target, an owner, and is looked at every quarter.",
    matters="What nobody owns drifts.",
    limit="none",
    measure="M04",
    owner_role="management",
)
