"""MR-14: Decisions revisited."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.listing import question, today
from trueup.audit.money import materiality

LIMIT = 0.50
LEAST = 10
GRACE = 30


def judge(ctx: Context) -> Answer | Silent:
    """Share of decisions that matter, with a locked prediction, looked back at in time.

    Due is what was to be reviewed by now; one not reviewed yet and still in its grace is open.
    """
    if (silence := unheld(ctx, "decision.reviewed_on", "decision.locked_at")) is not None:
        return silence
    decision = ctx.table("decision")
    large = decision.filter(decision["amount"].cast("float64") >= materiality(ctx))
    got = ctx.arrays(
        large.select(
            "id", "at", "review_on", "reviewed_on", "locked_at", "predicted_p", "predicted_low"
        ).order_by("id")
    )
    due = got["review_on"].astype("datetime64[D]") + GRACE
    seen = got["reviewed_on"].astype("datetime64[D]")
    ripe = (due - GRACE <= today(ctx)) & ((due <= today(ctx)) | ~np.isnat(seen))
    kept = {name: values[ripe] for name, values in got.items()}
    told = ~np.isnan(kept["predicted_p"].astype(float))
    told |= ~np.isnan(kept["predicted_low"].astype(float))
    locked = told & ~np.isnat(kept["locked_at"].astype("datetime64[us]"))
    looked = seen[ripe]
    good = locked & ~np.isnat(looked) & (looked <= due[ripe])
    return question(
        ctx, kept, ~good, why="not looked back at in time", table="decision", kinds=(), at="at",
        limit=LIMIT, floor=LEAST,
    ).answer(LEAST, LEAST, good_is=True)  # fmt: skip


MEASURE = Measure(
    id="MR-14",
    indicator="risk_impact",
    key=False,
    title="Decisions revisited",
    formula=(
        "decisions with amount >= materiality that have a locked prediction and "
        "decision.reviewed_on <= decision.review_on + 30 days / those due; median "
        "abs(ln(decision.actual / sqrt(predicted_low x predicted_high)))"
    ),
    tables=("decision",),
    unit="share",
    direction="up",
    grain=("organisation",),
    n_min="10",
    method="Wilson, bootstrap",
    target=0.80,
    limit=0.50,
    caveats="",
    tier=6,
    judge=judge,
    needs=("decision.amount", "decision.review_on"),
    uses=("decision.reviewed_on", "decision.locked_at", "decision.predicted_p"),
)
