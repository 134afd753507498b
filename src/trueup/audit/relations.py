"""Relations that many questions share: computed once per run, named after what they hold."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context


def incidents(ctx: Context) -> Any:
    """The incidents opened in the period."""
    record = ctx.table("record")
    return record.filter((record["kind"] == "incident") & ctx.within(record["opened_at"]))


def opened_in_period(ctx: Context) -> Any:
    """All records opened in the period."""
    record = ctx.table("record")
    return record.filter(ctx.within(record["opened_at"]))


OWN_WORK = ("change", "problem", "release", "task")


def asked_in_period(ctx: Context) -> Any:
    """Records opened in the period that somebody waits for an answer to: no work of our own."""
    record = opened_in_period(ctx)
    return record.filter(record["kind"].notin(OWN_WORK))


def resolved_in_period(ctx: Context) -> Any:
    """Records resolved in the period whose resolution does not lie before their opening."""
    record = ctx.table("record")
    return record.filter(
        ctx.within(record["resolved_at"]) & (record["resolved_at"] >= record["opened_at"])
    )


def record_events(ctx: Context) -> Any:
    """Events of records, with the record's id as ``record``."""
    event = ctx.table("event")
    mine = event.filter(event["entity"] == "record")
    return mine.rename(record="entity_id")


def team_steps(ctx: Context) -> Any:
    """The teams a record went through, equal neighbours collapsed (5.2, rule 2).

    Columns: record, team, level, at, step (from 0), before (team one step earlier), before2.
    """
    return ctx.shared("team_steps", _team_steps)


def _team_steps(ctx: Context) -> Any:
    held = record_events(ctx).filter(lambda t: t["team"].notnull())
    order = ibis.window(group_by="record", order_by=["at_occurred", "seq"])
    marked = held.select(
        "record", "team", "level", "at_occurred", "seq", last=held["team"].lag().over(order)
    )
    moves = marked.filter(marked["last"].isnull() | (marked["last"] != marked["team"]))
    return moves.select(
        "record",
        "team",
        "level",
        at=moves["at_occurred"],
        step=ibis.row_number().over(order),
        before=moves["team"].lag(1).over(order),
        before2=moves["team"].lag(2).over(order),
    )


def team_paths(ctx: Context) -> Any:
    """Per record: how many teams held it in turn (``steps``), the first one, and ``bounced``.

    ``bounced`` says that a pattern A-B-A occurs; handovers are ``steps - 1``.
    """
    return ctx.shared("team_paths", _team_paths)


def _team_paths(ctx: Context) -> Any:
    steps = team_steps(ctx)
    return steps.group_by("record").agg(
        steps=steps.count(),
        entry=steps["team"].max(where=steps["step"] == 0),
        bounced=(steps["team"] == steps["before2"]).fill_null(False).max(),
        top_level=steps["level"].max(),
    )


def reopenings(ctx: Context) -> Any:
    """Per record: the first instant at which it was opened again after being resolved."""
    return ctx.shared("reopenings", _reopenings)


def _reopenings(ctx: Context) -> Any:
    events = record_events(ctx)
    again = events.filter(events["activity"] == "reopened")
    return again.group_by("record").agg(reopened_at=again["at_occurred"].min())


def reopened_flag(ctx: Context, record: Any, days: int) -> Any:
    """Records with ``reopened``: again within some days after resolving, else by the counter.

    Uses events where a reopening is recorded at all, else ``record.reopen_count``.
    """
    if ctx.has("event") and _any_reopening(ctx):
        again = record_events(ctx).filter(lambda t: t["activity"] == "reopened")
        done = record_events(ctx).filter(lambda t: t["activity"] == "resolved")
        pairs = done.select("record", done_at=done["at_occurred"]).join(
            again.select("record", again_at=again["at_occurred"]), "record"
        )
        near = pairs.filter(
            (pairs["again_at"] >= pairs["done_at"])
            & (pairs["again_at"] <= pairs["done_at"] + ibis.interval(days=days))
        )
        hit = near.select("record").distinct().mutate(hit=ibis.literal(True))
        joined = record.left_join(hit, record["id"] == hit["record"])
        return joined.mutate(reopened=joined["hit"].fill_null(False)).drop("hit", "record")
    return record.mutate(reopened=(record["reopen_count"].fill_null(0) > 0))


def _any_reopening(ctx: Context) -> bool:
    def look(ctx: Context) -> bool:
        event = ctx.table("event")
        return bool(
            ctx.one(event.filter(event["activity"] == "reopened").agg(n=ibis._.count()))["n"]
        )

    return bool(ctx.value("any_reopening", look))


def called_again(ctx: Context, record: Any, days: int) -> Any:
    """Resolved records with ``again``: same requester and category opened within some days.

    The next opening counts from the solution on, so that one that overlaps hides no later one.
    """
    asked = ctx.table("record").filter(
        lambda t: t["requester"].notnull() & t["category"].notnull() & t["opened_at"].notnull()
    )
    never = ibis.null().cast("timestamp(6)")
    opened = asked.select(
        "requester", "category", at=asked["opened_at"], opened=asked["opened_at"],
        nid=ibis.null().cast("string"), ended=ibis.literal(0),
    )  # fmt: skip
    done = asked.filter(asked["resolved_at"] >= asked["opened_at"]).select(
        "requester", "category", at=asked["resolved_at"], opened=never, nid=asked["id"],
        ended=ibis.literal(1),
    )  # fmt: skip
    after = ibis.window(
        group_by=["requester", "category"], order_by=["at", "ended"], rows=(1, None)
    )
    both = opened.union(done)
    following = both.mutate(next_at=both["opened"].min().over(after))
    following = following.filter(following["ended"] == 1).select("nid", "next_at")
    joined = record.left_join(following, record["id"] == following["nid"])
    near = joined["next_at"] <= joined["resolved_at"] + ibis.interval(days=days)
    return joined.mutate(again=near.fill_null(False)).drop("nid", "next_at")


def hours_between(later: Any, earlier: Any) -> Any:
    """The hours between two instants, as a float."""
    return (later.epoch_seconds() - earlier.epoch_seconds()).cast("float64") / 3600.0
