"""I04: Waiting for nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.relations import record_events
from trueup.audit.shares import ShareQuestion, listed_rows
from trueup.audit.stats.intervals import rate_ratio

PAUSES_LEAST = 20
OTHERS = "vendor|supplier|approval|third|lieferant|freigabe|change|problem"


def ask(ctx: Context) -> Probe | Silent:
    """Pauses for the customer without a word to the customer, or crowded before the promise."""
    asked = ShareQuestion(ctx, pauses(ctx), ctx.number("limit"), ("team",), "event").probe()
    if isinstance(asked, Silent) or not ctx.has("target_result.due_at"):
        return asked
    near = _near_promise(ctx)
    whole = near.get(ORGANISATION, asked.whole) if _fine(asked.whole) else asked.whole
    units = {case.unit: case for case in asked.units}
    for unit, case in near.items():
        if unit != ORGANISATION and (unit not in units or _fine(units[unit])):
            units[unit] = case
    return replace(asked, whole=whole, units=tuple(units.values()))


def _fine(case: Case) -> bool:
    """Whether the share of pauses without a question does not speak by itself."""
    return (case.estimate.low or 0.0) <= (case.limit or 0.0)


def _near_promise(ctx: Context) -> dict[Unit, Case]:
    """Where pauses come `ratio` times as often in the last part of the promised time."""
    got = ctx.arrays(_promised(ctx).order_by("id"))
    team = np.array([t or "" for t in got["team"]], dtype=object)
    sides = {ORGANISATION: np.ones(len(team), dtype=bool)}
    sides |= {Unit("team", str(t)): team == t for t in np.unique(team.astype(str)) if t}
    made = {unit: _hurried(ctx, unit, got, mine) for unit, mine in sides.items()}
    return {unit: case for unit, case in made.items() if case is not None}


def _hurried(ctx: Context, unit: Unit, got: dict[str, Any], mine: Any) -> Case | None:
    used, life = got["used"][mine], np.clip(got["life"][mine], 0.0, 1.0)
    start = 1.0 - ctx.number("cliff")
    held = ~np.isnan(used) & (used >= 0) & (used <= 1.0)
    hit = held & (used >= start)
    late, early = int(hit.sum()), int((held & (used < start)).sum())
    time_early = max(float(np.minimum(life, start).sum()), 1e-9)
    time_late = max(float(np.maximum(life - start, 0.0).sum()), 1e-9)
    hazard = rate_ratio(late, time_late, early, time_early)
    bound = ctx.number("ratio")
    if late + early < PAUSES_LEAST or hazard.low <= 1.0 or hazard.value < bound:
        return None
    ids = got["id"][mine][hit]
    return Case(
        unit,
        Estimate(hazard.value, hazard.low, hazard.high, late + early, p=hazard.p),
        late, late + early, limit=bound, tripped=True, branch="near the promise",
        bad=lambda: listed_rows(ids, "paused shortly before the promised time"),
    )  # fmt: skip


def _promised(ctx: Context) -> Any:
    """Records with a promise: when they were first paused, as a share of the promised time."""
    result, record = ctx.table("target_result"), ctx.table("record")
    due = result.filter(result["metric"].isin(["resolve", "fulfil"]) & result["due_at"].notnull())
    dues = due.group_by(did=due["record"]).agg(due_at=due["due_at"].max())
    held = pauses(ctx)
    first = held.group_by(pid=held["record"]).agg(paused_at=held["at"].min())
    mine = record.filter(record["requester"].notnull() & ctx.within(record["opened_at"]))
    timed = mine.join(dues, mine["id"] == dues["did"])
    joined = timed.left_join(first, timed["id"] == first["pid"])
    begin = joined["opened_at"].epoch_seconds()
    promise = joined["due_at"].epoch_seconds() - begin
    end = joined["resolved_at"].coalesce(ctx.now)
    return joined.filter(promise > 0).select(
        "id", "team",
        used=(joined["paused_at"].epoch_seconds() - begin) / promise,
        life=(end.epoch_seconds() - begin) / promise,
    )  # fmt: skip


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
        team=joined["team"].coalesce(joined["home"]), record=joined["record"],
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
    uses=("target_result.due_at",),
    headline="In {bad} of {all} pauses for the user nobody had asked the user anything.",
    should_be="We wait for the user only when we have asked something.",
    matters="The clock stands still and the person does not know that it is their turn.",
    measure="I04",
)
