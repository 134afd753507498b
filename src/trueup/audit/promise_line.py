"""What happens beside a promised time: shared by the checks of it and by conformance (5.2).

Times are shares of the promised time: 1 is the due time. Each hazard is a count over the time in
which it could have come, and its ratio has the exact conditional interval (3.1).
"""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
from scipy import stats as sps

from trueup.audit.context import Context
from trueup.audit.relations import incidents, record_events, reopened_flag
from trueup.audit.stats.intervals import Ratio, rate_ratio

Array = np.ndarray[Any, Any]
OTHERS = "vendor|supplier|approval|third|lieferant|freigabe|change|problem"
MINUTES = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}


def timed(ctx: Context) -> Any:
    """Timed promises: ``r`` is elapsed over promised time, ``reopened`` within 14 days."""
    result, target, record = ctx.table("target_result"), ctx.table("target"), ctx.table("record")
    scale = ibis.cases(*((target["unit"] == u, m) for u, m in MINUTES.items()), else_=None)
    values = target.filter(target["unit"].isin(list(MINUTES))).select(
        tid=target["id"], wanted=target["value"] * scale
    )
    mine = result.filter(
        result["metric"].isin(["resolve", "fulfil"]) & result["elapsed_min"].notnull()
    )
    timed = mine.join(values, mine["target"] == values["tid"])
    timed = timed.filter(timed["wanted"] > 0).select(
        tr="record", r=timed["elapsed_min"] / timed["wanted"]
    )
    inside = record.filter(ctx.within(record["resolved_at"].coalesce(record["closed_at"])))
    flagged = reopened_flag(ctx, inside, 14)
    joined = flagged.join(timed, flagged["id"] == timed["tr"])
    return joined.select("id", "team", "r", "reopened")


def beside(r: Array) -> tuple[int, int, Ratio, float]:
    """Counts in [0.9, 1.0) and in [1.0, 1.1) of the promise, their ratio, p of "no more before"."""
    before, after = (r >= 0.9) & (r < 1.0), (r >= 1.0) & (r < 1.1)
    b, a = int(before.sum()), int(after.sum())
    p = float(sps.binom.sf(b - 1, a + b, 0.5)) if a + b else 1.0
    return b, a, rate_ratio(b, 1.0, a, 1.0), p


def lowered(ctx: Context) -> Any:
    """Incidents with a due time: when the first downgrade came, as a share of the promise."""
    result = ctx.table("target_result")
    due = result.filter(result["metric"].isin(["resolve", "fulfil"]) & result["due_at"].notnull())
    dues = due.group_by(did=due["record"]).agg(due_at=due["due_at"].max())
    record = incidents(ctx)
    mine = record.join(dues, record["id"] == dues["did"])
    joined = mine.left_join(downgrades(ctx), mine["id"] == downgrades(ctx)["gid"])
    promise = joined["due_at"].epoch_seconds() - joined["opened_at"].epoch_seconds()
    end = joined["resolved_at"].coalesce(ctx.now)
    return joined.filter(promise > 0).select(
        "id", "team",
        used=(joined["down_at"].epoch_seconds() - joined["opened_at"].epoch_seconds()) / promise,
        life=(end.epoch_seconds() - joined["opened_at"].epoch_seconds()) / promise,
        bare=joined["bare"].fill_null(False),
    )  # fmt: skip


def downgrades(ctx: Context) -> Any:
    """The first lowering of a record's priority; ``bare`` without a change of impact near it."""
    events = record_events(ctx)
    old = events["old"].re_extract(r"(\d+)", 1).try_cast("int64")
    new = events["new"].re_extract(r"(\d+)", 1).try_cast("int64")
    down = events.filter((events["activity"] == "priority_changed") & (new > old))
    impact = events.filter(events["field"] == "impact")
    impact = impact.select(iid=impact["record"], i_at=impact["at_occurred"])
    near = down.join(
        impact,
        [
            down["record"] == impact["iid"],
            impact["i_at"] >= down["at_occurred"] - ibis.interval(hours=1),
            impact["i_at"] <= down["at_occurred"] + ibis.interval(hours=1),
        ],
    )
    reasoned = near.select(nid="record").distinct()
    first = down.group_by(gid=down["record"]).agg(down_at=down["at_occurred"].min())
    joined = first.left_join(reasoned, first["gid"] == reasoned["nid"])
    return joined.select("gid", "down_at", bare=joined["nid"].isnull())


def lowered_near(used: Array, life: Array, tail: float) -> tuple[int, int, Ratio]:
    """Downgrades in the last `tail` of the promise and before it, and the ratio of their hazards.

    A record can be lowered until its first lowering, its end or the due time.
    """
    life, start = np.clip(life, 0.0, 1.0), 1.0 - tail
    down = ~np.isnan(used) & (used >= 0)
    late = int((down & (used >= start) & (used <= 1.0)).sum())
    early = int((down & (used < start)).sum())
    stop = np.where(down & (used <= 1), used, life)
    time_early = float(np.minimum(stop, start).sum())
    time_late = float(np.maximum(stop - start, 0.0).sum())
    return late, early, rate_ratio(late, max(time_late, 1e-9), early, max(time_early, 1e-9))


def paused(ctx: Context) -> Any:
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


def paused_near(used: Array, life: Array, cliff: float) -> tuple[int, int, Ratio]:
    """First pauses in the last `cliff` of the promise and before it, and the ratio of their rates.

    The time in which they could come is that from opening to the end or the due time.
    """
    life, start = np.clip(life, 0.0, 1.0), 1.0 - cliff
    held = ~np.isnan(used) & (used >= 0) & (used <= 1.0)
    late, early = int((held & (used >= start)).sum()), int((held & (used < start)).sum())
    time_early = max(float(np.minimum(life, start).sum()), 1e-9)
    time_late = max(float(np.maximum(life - start, 0.0).sum()), 1e-9)
    return late, early, rate_ratio(late, time_late, early, time_early)
