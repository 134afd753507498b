"""MC-15: Complaints handled."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion

STEPS = ("owned", "answered", "cause_found", "closed_with_customer")


def judge(ctx: Context) -> Answer | Silent:
    """Complaints that have all four steps of complaints that should have them."""
    return ShareQuestion(ctx, complaints(ctx), 0.10, ("customer",)).counted(good_is=True)


def complaints(ctx: Context) -> Any:
    """Complaints older than the promise, ``bad`` where a step is missing or the answer was late."""
    promise = int(ctx.params["C06.promise_h"])
    record, step = ctx.table("record"), ctx.table("complaint_step")
    mine = record.filter(
        (record["kind"] == "complaint")
        & ctx.within(record["opened_at"])
        & (record["opened_at"] + ibis.interval(hours=promise) <= ctx.now)
    )
    seen = step.group_by(sid=step["record"]).agg(
        **{name: step["at"].min(where=step["step"] == name) for name in STEPS}
    )
    joined = mine.left_join(seen, mine["id"] == seen["sid"])
    late = joined["answered"] > joined["opened_at"] + ibis.interval(hours=promise)
    missing = ibis.or_(*(joined[name].isnull() for name in STEPS))
    why = ibis.cases(
        *((joined[name].isnull(), f"no step “{name.replace('_', ' ')}”") for name in STEPS),
        else_="answered late",
    )
    return joined.select(
        "customer", id=joined["id"], at=joined["opened_at"],
        bad=missing | late.fill_null(False), why=why,
    )  # fmt: skip


MEASURE = Measure(
    id="MC-15",
    indicator="communication",
    key=False,
    title="Complaints handled",
    formula=(
        "complaints with complaint_step owned, answered in time, cause_found and "
        "closed_with_customer / record.kind = complaint"
    ),
    tables=("record", "complaint_step"),
    unit="share",
    direction="up",
    grain=("customer", "organisation"),
    n_min="all",
    method="exact",
    target=1,
    limit=0.90,
    caveats="",
    tier=2,
    judge=judge,
)
