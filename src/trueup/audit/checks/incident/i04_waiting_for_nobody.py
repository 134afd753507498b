"""I04: Waiting for nobody."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.relations import record_events
from trueup.audit.shares import ShareQuestion

OTHERS = "vendor|supplier|approval|third|lieferant|freigabe|change|problem"


def ask(ctx: Context) -> Probe | Silent:
    """Pauses for the customer around which nobody wrote to the customer."""
    return ShareQuestion(ctx, pauses(ctx), ctx.number("limit"), ("team",), "event").probe()


def pauses(ctx: Context) -> Any:
    """Pauses on records with a requester, ``bad`` without a public word out near them."""
    minutes = int(ctx.params["I04.ask_min"])
    events, record, message = record_events(ctx), ctx.table("record"), ctx.table("message")
    held = events.filter((events["activity"] == "paused") & ctx.within(events["at_occurred"]))
    words = held["new"].fill_null("") + " " + held["source_activity"].fill_null("")
    other = words.lower().re_search(OTHERS)
    held = held.filter(
        (held["waiting_for"] == "customer") | (held["waiting_for"].isnull() & ~other)
    )
    homes = record.filter(record["requester"].notnull()).select(rid="id", home="team")
    mine = held.join(homes, held["record"] == homes["rid"])
    out = message.filter((message["direction"] == "out") & message["public"])
    out = out.select(mid="record", said="at")
    near = mine.join(
        out,
        [
            mine["record"] == out["mid"],
            out["said"] >= mine["at_occurred"] - ibis.interval(minutes=minutes),
            out["said"] <= mine["at_occurred"] + ibis.interval(minutes=minutes),
        ],
    )
    asked = near.select(aseq="seq").distinct()
    joined = mine.left_join(asked, mine["seq"] == asked["aseq"])
    return joined.select(
        id=joined["seq"].cast("string"), at=joined["at_occurred"], bad=joined["aseq"].isnull(),
        why=ibis.literal("waited for the user of ") + joined["record"] + " without a question",
        team=joined["team"].coalesce(joined["home"]),
    )  # fmt: skip


CHECK = Check(
    id="I04",
    area="Incident",
    title="Waiting for nobody",
    question='Is "waiting for the user" used to stop the clock?',
    tables=("record", "event", "message"),
    rule=(
        "Pauses = event.activity = paused on a record with a requester (wait for supplier or "
        "approval left out where event.new or event.source_activity says so). Trips if the "
        "share without a message.direction = out and message.public = true within +- ask_min > "
        "limit; or the pause rate in the last cliff of the target time (target_result.due_at, "
        "if recorded) is >= ratio x the rate before. [unit: team]"
    ),
    parameters={
        "ask_min": 30,
        "limit": 0.10,
        "cliff": 0.15,
        "ratio": 2,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.3"),
    causes=("pressure of targets", "habit"),
    do_first="pause only by sending a question",
    effective_when="<= limit and total pause time falls",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("record.requester", "message.at", "message.direction"),
    headline="In {bad} of {all} pauses for the user nobody had asked the user anything.",
    should_be="We wait for the user only when we have asked something.",
    matters="The clock stands still and the person does not know that it is their turn.",
    measure="I04",
)
