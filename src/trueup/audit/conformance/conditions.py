"""Moments that need more than one table to be recognised: late acts, missed dates, own work."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.conformance.shapes import shaped
from trueup.audit.context import Context
from trueup.audit.relations import record_events

LATE_SHARE = 0.8
OWN_SHARE = 0.02
ASSURANCE = ("finding", "configuration", "verification", "action")


def _events(t: Any) -> Any:
    """Events of records as moments, where only what happened and who did it matter."""
    return shaped(
        t, case=t["record"], ref=ibis.literal("event:") + t["seq"].cast("string"),
        at=t["at_occurred"], recorded=t["at_recorded"], actor=t["actor"],
        actor_kind=t["actor_kind"], field=t["field"], reason=t["reason"],
    )  # fmt: skip


def late_lowering(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Priorities lowered when 80 % of the time to resolve had passed (clock time)."""
    events, record, due = record_events(ctx), ctx.table("record"), ctx.table("target_result")
    moved = events.filter(events["activity"] == "priority_changed")
    moved = moved.filter(moved["new"].try_cast("int64") > moved["old"].try_cast("int64"))
    ends = due.filter((due["metric"] == "resolve") & due["due_at"].notnull())
    ends = ends.group_by(did="record").agg(due=ends["due_at"].min())
    t = moved.join(ends, moved["record"] == ends["did"])
    home = record.select(rid="id", began="opened_at")
    t = t.join(home, t["record"] == home["rid"])
    whole = (t["due"].epoch_seconds() - t["began"].epoch_seconds()).cast("float64")
    used = (t["at_occurred"].epoch_seconds() - t["began"].epoch_seconds()).cast("float64")
    return _events(t.filter((whole > 0) & (used >= LATE_SHARE * whole) & (used <= whole)))


def edited_late(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Edits after the record was closed and not opened again."""
    events = record_events(ctx)
    t = events.filter(events["activity"].isin(["closed", "reopened", "edited"]))
    before = ibis.cumulative_window(group_by="record", order_by=["at_occurred", "seq"])
    last = {
        name: t["at_occurred"].max(where=t["activity"] == name).over(before)
        for name in ("closed", "reopened")
    }
    t = t.mutate(last_closed=last["closed"], last_reopened=last["reopened"])
    late = t["at_occurred"] > t["last_closed"]
    free = t["last_reopened"].notnull() & (t["last_reopened"] >= t["last_closed"])
    return _events(t.filter((t["activity"] == "edited") & late & ~free))


def missed_date(ctx: Context, entities: tuple[str, ...]) -> Any:
    """The promised date of requests that missed it."""
    t = ctx.table("target_result")
    t = t.filter((t["metric"] == "fulfil") & ~t["met"] & t["due_at"].notnull())
    return shaped(t, case=t["record"], ref=ibis.literal("target_result:") + t["record"] + "|fulfil",
                  at=t["due_at"])  # fmt: skip


def own_work(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Whoever confirmed a finding, where more than 2 % of the events of the work are theirs."""
    finding, event = ctx.table("finding"), ctx.table("event")
    work = event.filter(~event["entity"].isin(list(ASSURANCE)))
    mine = work.group_by(who="actor").agg(own=ibis._.count())
    every = work.agg(every=ibis._.count())
    t = finding.left_join(mine, finding["confirmed_by"] == mine["who"]).cross_join(every)
    much = t["own"].fill_null(0) > OWN_SHARE * t["every"]
    actor = ibis.ifelse(much, t["confirmed_by"], "")
    return shaped(t, case=t["id"], ref=ibis.literal("work:") + t["id"], actor=actor)


def data_checked(ctx: Context, entities: tuple[str, ...]) -> Any:
    """For every finding, each check of the data that an audit recorded."""
    event, finding = ctx.table("event"), ctx.table("finding")
    looked = event.filter(
        (event["entity"] == "configuration") & (event["activity"] == "classified")
        & (event["source_activity"] == "check_data")
    ).select("seq", "at_occurred")  # fmt: skip
    t = finding.select("id").cross_join(looked)
    ref = ibis.literal("event:") + t["seq"].cast("string")
    return shaped(t, case=t["id"], ref=ref, at=t["at_occurred"])
