"""Z05: Backdated entries."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Approvals, resolutions and outages written down long after they happened."""
    lag = ctx.number("lag_h") * 3600
    event, record, change = ctx.table("event"), ctx.table("record"), ctx.table("change")
    own = event.filter(
        (event["via"].fill_null("web") != "import")
        & (
            event["activity"].isin(["approved", "rejected", "resolved"])
            | (event["entity"] == "outage")
        )
        & event["at_recorded"].notnull()
        & ctx.within(event["at_occurred"])
    )
    late = own["at_recorded"].epoch_seconds() - own["at_occurred"].epoch_seconds() > lag
    rows = own.select(
        id=own["seq"].cast("string"), at=own["at_occurred"], bad=late, subject=own["entity_id"],
        team=own["team"], yes=own["activity"].isin(["approved", "rejected"]),
        table=ibis.literal("event"),
    )  # fmt: skip
    if ctx.has("approval.recorded_at"):
        approval = ctx.table("approval")
        told = approval.filter(approval["recorded_at"].notnull() & ctx.within(approval["at"]))
        wait = told["recorded_at"].epoch_seconds() - told["at"].epoch_seconds() > lag
        rows = rows.union(
            told.select(
                id=told["id"], at=told["at"], bad=wait, subject=told["entity_id"],
                team=ibis.null().cast("string"), yes=ibis.literal(True),
                table=ibis.literal("approval"),
            )
        )  # fmt: skip
    high = change.filter(change["risk_class"] == "high").select(high=change["record"]).distinct()
    home = record.select(rid=record["id"], home=record["team"])
    joined = rows.left_join(high, rows["subject"] == high["high"]).left_join(
        home, rows["subject"] == home["rid"]
    )
    population = joined.select(
        id=joined["id"],
        table=joined["table"],
        at=joined["at"],
        bad=joined["bad"].fill_null(False),
        why=ibis.literal("written down more than ") + str(ctx.number("lag_h")) + " h later",
        team=joined["team"].coalesce(joined["home"]),
        critical=joined["yes"] & joined["high"].notnull(),
    )
    return ShareQuestion(
        ctx, population, ctx.number("limit"), kinds=("team",), table="event", any_critical=True
    ).probe()


CHECK = Check(
    id="Z05",
    area="Records and audit log",
    title="Backdated entries",
    question="Were facts entered later than they happened?",
    tables=("event",),
    rule=(
        "Among event rows with event.via not import and (event.activity in (approved, rejected,"
        " resolved) or event.entity = outage): share with event.at_recorded - event.at_occurred"
        " > lag_h > limit; if recorded: approval.recorded_at - approval.at > lag_h counts in "
        "the same way. Any such approval on a record whose change.risk_class = high trips. "
        "[unit: organisation, team]"
    ),
    parameters={
        "lag_h": 24,
        "limit": 0.02,
    },
    gate=True,
    blocks=("MR-05", "MR-06", "MC-11"),
    severity="major",
    refs=("ISO 20000-1 7.5", "COBIT MEA02", "FitSM GR2.3"),
    causes=("paper first", "cover-up", "delay of an integration"),
    do_first="block backdating > 24 h without a reason",
    effective_when="share <= limit and a reason on each",
    tier=1,
    ask=ask,
    caps=("H01", "H02", "S05"),
    limit="limit",
    indicators=(),
    needs=("event.at_recorded",),
    headline="{bad} of {all} approvals and solutions were written down more than a day later.",
    should_be="What happens is written down when it happens.",
    matters="Nobody can prove afterwards what was known and allowed at the time.",
    mandatory=True,
    trail=True,
)
