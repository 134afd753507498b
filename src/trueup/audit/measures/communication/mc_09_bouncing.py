"""MC-09: Bouncing."""

from __future__ import annotations

from dataclasses import replace

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.relations import opened_in_period, team_paths
from trueup.audit.shares import ShareQuestion


def judge(ctx: Context) -> Answer | Silent:
    """Share of records that came back to a team which had passed them on."""
    record, paths = opened_in_period(ctx), team_paths(ctx)
    joined = record.join(paths, record["id"] == paths["record"])
    rows = joined.select(
        id=joined["id"],
        at=joined["opened_at"],
        bad=joined["bounced"],
        customer=joined["customer"],
        category=joined["category"],
    )
    moves = ctx.one(joined.agg(moves=(joined["steps"] - 1).mean()))["moves"]
    answer = ShareQuestion(ctx, rows, MEASURE_LIMIT, kinds=("customer", "category")).answer(50, 50)
    return replace(answer, parts={"handovers per record": moves})


MEASURE_LIMIT = 0.15


MEASURE = Measure(
    id="MC-09",
    indicator="communication",
    key=False,
    title="Bouncing",
    formula=(
        "records with a team pattern A-B-A in event.team (equal neighbours collapsed) / records"
        " with >= 1 team; handovers per record beside it"
    ),
    tables=("record", "event"),
    unit="share",
    direction="down",
    grain=("customer", "category"),
    n_min="50",
    method="Wilson; time effect within equal number of teams",
    target=0.05,
    limit=0.15,
    caveats="some returns are right (a question back)",
    tier=1,
    judge=judge,
    needs=("event.team",),
    uses=("record.team", "record.category", "record.customer"),
)
