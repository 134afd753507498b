"""MC-15: Complaints handled."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.business import hours_between_business
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion, from_arrays

STEPS = ("owned", "answered", "cause_found", "closed_with_customer")


def judge(ctx: Context) -> Answer | Silent:
    """Complaints that have all four steps of complaints that should have them."""
    return complaints(ctx, 0.10).counted(good_is=True)


def complaints(ctx: Context, limit: float, kinds: tuple[str, ...] = ("customer",)) -> ShareQuestion:
    """Complaints older than the promise, bad where a step is missing or the answer was late.

    The promise is in business hours, as all promises in hours are.
    """
    promise = float(ctx.params["C06.promise_h"])
    got = ctx.arrays(_complaints(ctx).order_by("id"))
    now = np.full(len(got["id"]), np.datetime64(ctx.as_of))
    due = hours_between_business(ctx, got["at"], now) > promise
    missing = np.any([np.isnat(got[name]) for name in STEPS], axis=0)
    answer = np.where(np.isnat(got["answered"]), now, got["answered"])
    late = hours_between_business(ctx, got["at"], answer) > promise
    kept = {name: got[name][due] for name in ("id", "at", "customer")} | {"record": got["id"][due]}
    return from_arrays(
        ctx, kept, (missing | late)[due], limit, kinds=kinds, exact=True,
        why="lacks an owner, an answer in time, a cause or an end",
    )  # fmt: skip


def _complaints(ctx: Context) -> Any:
    record, step = ctx.table("record"), ctx.table("complaint_step")
    mine = record.filter((record["kind"] == "complaint") & ctx.within(record["opened_at"]))
    seen = step.group_by(sid=step["record"]).agg(
        **{name: step["at"].min(where=step["step"] == name) for name in STEPS}
    )
    joined = mine.left_join(seen, mine["id"] == seen["sid"])
    return joined.select("id", "customer", *STEPS, at=joined["opened_at"])


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
