"""H03: Emergency as habit."""

from __future__ import annotations

import ibis

from trueup.audit.branches import branched
from trueup.audit.changes import started
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Emergencies among all changes, and emergencies that were known days before."""
    t = started(ctx)
    t = t.filter(t["type"].notnull())
    urgent = t["type"] == "emergency"
    rows = t.select(
        "id", "team", at=t["start"], bad=urgent, why=ibis.literal("made as an emergency")
    )
    often = ShareQuestion(ctx, rows, ctx.number("limit"), kinds=("team",), table="change")
    parts = {"share": often.probe()}
    if ctx.has("record.opened_at"):
        known = t.filter(urgent & t["opened_at"].notnull())
        ahead = known["start"].epoch_seconds() - known["opened_at"].epoch_seconds()
        rows = known.select(
            "id", "team", at=known["start"], bad=ahead >= ctx.number("known_days") * 86_400,
            why=ibis.literal("an emergency that was known days before"),
        )  # fmt: skip
        question = ShareQuestion(
            ctx, rows, ctx.number("known_limit"), kinds=("team",), table="change"
        )
        parts["known before"] = question.probe()
    return branched(parts)


CHECK = Check(
    id="H03",
    area="Change",
    title="Emergency as habit",
    question="Are emergencies real?",
    tables=("record", "change"),
    rule=(
        "Share of change.type = emergency > limit; or emergencies known >= known_days before "
        "(change.start - record.opened_at) > known_limit of them; by team with the "
        "overdispersed funnel. [unit: team]"
    ),
    parameters={
        "limit": 0.10,
        "known_days": 5,
        "known_limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.1"),
    causes=("slow normal path", "planning"),
    do_first="fix the slow step; standard changes",
    effective_when="share -30 % and failure rate not up",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("change.type", "change.start"),
    uses=("record.team",),
    headline="{bad} of {all} changes were emergencies, or emergencies known in advance.",
    should_be="An emergency is rare and could not have been known before.",
    matters="Emergencies skip the thinking that keeps services safe.",
    measure="MR-05",
    owner_role="change manager",
)
