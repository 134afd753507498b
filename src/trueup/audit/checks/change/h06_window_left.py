"""H06: Window left."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import completed
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question


def ask(ctx: Context) -> Probe | Silent:
    """Changes that began before, or ended after, the window they were given."""
    t = completed(ctx)
    t = t.filter(t["start"].notnull() & t["plan_start"].notnull() & t["plan_end"].notnull())
    rows = t.select(
        "id", "team", "service", "start", "end", "plan_start", "plan_end", "critical_service"
    )
    got = ctx.arrays(rows.order_by("id"))
    minute = np.timedelta64(60, "s")
    before = (got["plan_start"] - got["start"]) / minute
    after = (got["end"] - got["plan_end"]) / minute
    planned = (got["plan_end"] - got["plan_start"]) / minute
    slack = ctx.number("tolerance_min")
    over = (planned > 0) & (after > ctx.number("overrun") * planned)
    over &= got["critical_service"].astype(bool)
    outside = (before > slack) | (after > slack) | over
    why = [
        f"ended {a:.0f} min after its window" if a > 0 and a >= b
        else f"began {b:.0f} min before its window"
        for a, b in zip(after, before, strict=True)
    ]  # fmt: skip
    return question(
        ctx, got, outside, why=why, table="change", kinds=("team", "service"), at="start",
        limit=ctx.number("limit"), critical=over,
    ).probe()  # fmt: skip


CHECK = Check(
    id="H06",
    area="Change",
    title="Window left",
    question="Were changes outside the agreed time?",
    tables=("record", "change"),
    rule=(
        "Completed changes with change.start < change.plan_start or change.end > "
        "change.plan_end by > tolerance_min: share > limit; or (change.end - change.plan_end) /"
        " (change.plan_end - change.plan_start) > overrun on service.criticality <= 2 (any). "
        "[unit: team, service]"
    ),
    parameters={
        "limit": 0.10,
        "overrun": 0.25,
        "tolerance_min": 5,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.6"),
    causes=("estimates",),
    do_first="correct estimates by own history",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("change.start", "change.end", "change.plan_start", "change.plan_end"),
    uses=("record.team", "record.service", "service.criticality"),
    headline="{bad} of {all} changes were made outside the window agreed for them.",
    should_be="Work happens inside the planned window.",
    matters="People work on a service that they were told would be there.",
    owner_role="change manager",
)
