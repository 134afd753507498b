"""H09: Failed, nobody asked why."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import completed, failed, held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question
from trueup.audit.working_days import add_working_days, local_days


def ask(ctx: Context) -> Probe | Silent:
    """Failed changes that nobody looked back at in time."""
    if not held(ctx, "change.reviewed_at"):
        return Silent("not_enough_evidence", "reviews are not recorded", ("change.reviewed_at",))
    t = completed(ctx)
    t = t.filter(failed(t))
    got = ctx.arrays(t.select("id", "team", "end", "reviewed_at").order_by("id"))
    due = add_working_days(ctx, local_days(ctx, got["end"]), int(ctx.number("review_days")))
    ripe = due < local_days(ctx, np.array([ctx.as_of], dtype="datetime64[us]"))[0]
    got = {name: values[ripe] for name, values in got.items()}
    looked = local_days(ctx, got["reviewed_at"].astype("datetime64[us]"))
    late = np.isnat(looked) | (looked > due[ripe])
    got["record"] = got["id"]
    return question(
        ctx, got, late, why="failed, and not reviewed in time", table="change",
        kinds=("team", "record"), at="end", exact=True,
    ).probe()  # fmt: skip


CHECK = Check(
    id="H09",
    area="Change",
    title="Failed, nobody asked why",
    question="Was each failed change reviewed?",
    tables=("record", "change"),
    rule=(
        "change.outcome in (failed, backed_out) with change.end older than review_days working "
        "days and change.reviewed_at null or later than that. Exact count, any trips. [unit: "
        "team, record]"
    ),
    parameters={
        "review_days": 10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.5"),
    causes=("time",),
    do_first="hold the review",
    effective_when="100 %",
    tier=3,
    ask=ask,
    caps=(),
    limit="review_days",
    indicators=("risk_impact",),
    needs=("change.outcome", "change.end"),
    uses=("change.reviewed_at", "record.team"),
    headline="{bad} of {all} failed changes were not reviewed in time.",
    should_be="Each failed change is looked back at within ten working days.",
    matters="The same mistake is made again, because nobody asked why.",
    owner_role="change manager",
    mandatory=True,
)
