"""Z10: Shared or robot names."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Events of persons whose name is shared, a robot's, or of somebody who had left."""
    event, person = ctx.table("event"), ctx.table("person")
    acts = event.filter((event["actor_kind"] == "person") & ctx.within(event["at_occurred"]))
    who = person.select(
        pid=person["id"], pkind=person["kind"], left_on=person["left_on"], active=person["active"]
    )
    joined = acts.left_join(who, acts["actor"] == who["pid"])
    written = joined["at_recorded"].coalesce(joined["at_occurred"]).date()
    shared = joined["pkind"].isin(["shared", "robot"]).fill_null(False)
    gone = (joined["left_on"] < written) | ((~joined["active"]) & joined["left_on"].isnull())
    gone = gone.fill_null(False)
    rows = joined.select(
        id=joined["seq"].cast("string"),
        at=joined["at_occurred"],
        bad=shared | gone,
        critical=gone,
        why=ibis.ifelse(
            gone, "done in the name of somebody who had left", "a shared or robot name"
        ),
        team=joined["team"],
    )
    return ShareQuestion(
        ctx, rows, ctx.number("limit"), kinds=("team",), table="event", any_critical=True
    ).probe()


CHECK = Check(
    id="Z10",
    area="Records and audit log",
    title="Shared or robot names",
    question="Can acts be traced to a person?",
    tables=("event", "person"),
    rule=(
        "Share of event rows with event.actor_kind = person whose actor has person.kind in "
        "(shared, robot) > limit; or any event whose actor has person.left_on < date of "
        "event.at_recorded, or person.active = false with person.left_on null. [unit: team]"
    ),
    parameters={
        "limit": 0.02,
    },
    gate=True,
    blocks=("MR-06", "MR-09"),
    severity="minor",
    refs=(
        "ISO 20000-1 8.7.3",
        "COBIT DSS05",
        "ITIL Information security management",
        "FitSM PR6.5",
    ),
    causes=("team log-in", "integration user"),
    do_first="personal accounts; label robots",
    effective_when="<= limit for 8 weeks",
    tier=1,
    ask=ask,
    caps=("Z09", "M02", "X05"),
    limit="limit",
    indicators=(),
    needs=("event.actor", "person.kind"),
    headline="{bad} of {all} acts cannot be traced to one person who was here.",
    should_be="Each act carries the name of the person who did it.",
    matters="Approvals and solutions cannot be attributed; duties cannot be proved to be separate.",
    owner_role="administrator",
)
