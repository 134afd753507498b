"""MC-17: Conversation kept."""

from __future__ import annotations

from dataclasses import replace

import ibis

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion


def judge(ctx: Context) -> Answer | Silent:
    """Service reviews held of those due; beside it actions done of actions agreed."""
    if (silence := unheld(ctx, "service_review.held_on")) is not None:
        return silence
    review = ctx.table("service_review")
    due = review.filter(
        (review["due"] >= ctx.period.first) & (review["due"] <= ctx.period.last)
        & (review["due"] <= ctx.today)
    )  # fmt: skip
    rows = due.select(
        "customer", id=due["due"].cast("string"), at=due["due"].cast("timestamp(6)"),
        bad=due["held_on"].isnull(), why=ibis.literal("due and not held"),
    )  # fmt: skip
    answer = ShareQuestion(ctx, rows, 0.20, ("customer",), "service_review").counted(good_is=True)
    sums = ctx.one(due.agg(done=due["actions_done"].sum(), all=due["actions"].sum()))
    done = sums["done"] / sums["all"] if sums["all"] and sums["done"] is not None else None
    return replace(answer, parts={"actions done of agreed": done})


MEASURE = Measure(
    id="MC-17",
    indicator="communication",
    key=False,
    title="Conversation kept",
    formula=(
        "service_review.held_on set / due; sum of service_review.actions_done / sum of "
        "service_review.actions"
    ),
    tables=("service_review",),
    unit="share",
    direction="up",
    grain=("customer",),
    n_min="all",
    method="exact",
    target=1,
    limit=0.80,
    caveats="",
    tier=2,
    judge=judge,
)
