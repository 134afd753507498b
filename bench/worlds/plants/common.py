"""What several plants do: events on records, and times that move with everything else."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.worlds.clock import MINUTE, Array
from bench.worlds.org import LEVEL
from bench.worlds.world import World

NAT = np.datetime64("NaT", "us")


def noted(
    world: World, ids: Array, activity: str, at: Array, team: str | Array, **more: Any
) -> None:
    """An event on each record, by somebody of the team, written down at once."""
    held = np.full(len(ids), team, dtype=object) if isinstance(team, str) else team
    staff = world.notes["staff"]
    actor = more.pop("actor", [world.rng.choice(staff[t]) for t in held])
    recorded = more.pop("at_recorded", at + MINUTE / 20)
    world.append(
        "event",
        seq=np.zeros(len(ids)),
        entity="record",
        entity_id=ids,
        activity=activity,
        source_activity=activity,
        actor=actor,
        actor_kind=more.pop("actor_kind", "person"),
        team=held,
        level=[float(LEVEL[t]) for t in held],
        via="web",
        at_occurred=at,
        at_recorded=recorded,
        **more,
    )


def of(world: World, table: str, column: str, ids: Array) -> Array:
    """The rows of a table that belong to some records."""
    return np.isin(world.tables[table][column].astype(str), ids.astype(str))


def solved(world: World, **equals: Any) -> Array:
    """Records opened in the period and solved before its end, with some columns equal."""
    done = world.where("record", **equals) & world.inside("record.opened_at")
    return done & ~np.isnat(world.col("record.resolved_at"))


def unresolve(world: World, ids: Array, last: Array | None = None) -> None:
    """The records are still open: what came after (or after `last`) has not happened."""
    rows = of(world, "record", "id", ids)
    for column in ("resolved_at", "closed_at"):
        world.set("record", rows, column, NAT)
    for column in ("close_code", "reported_sla_met", "article"):
        world.set("record", rows, column, None)
    for column in ("state", "source_state"):
        world.set("record", rows, column, "open")
    mine = of(world, "event", "entity_id", ids)
    ended = mine & world.where("event", activity=["resolved", "closed", "reopened"])
    if last is not None:
        until = dict(zip(ids, last, strict=True))
        end = np.array([until.get(i, world.as_of) for i in world.col("event.entity_id")])
        ended |= mine & (world.col("event.at_occurred") > end.astype("M8[us]"))
    world.drop("event", ended)
    world.drop("survey", of(world, "survey", "record", ids))
    final = world.where("target_result", metric=["resolve", "fulfil"])
    world.drop("target_result", final & of(world, "target_result", "record", ids))


def delayed(world: World, ids: Array, until: Array) -> None:
    """The records are solved at a later instant, and everything that tells it agrees."""
    record, clock = world.tables["record"], world.clock
    rows = world.index("record")
    at = np.array([rows[i] for i in ids])
    before, shut = record["resolved_at"][at].copy(), record["closed_at"][at].copy()
    record["resolved_at"][at] = until
    record["closed_at"][at] = np.where(np.isnat(shut), NAT, clock.add(until, 300.0))
    late = np.isnat(record["closed_at"][at]) | (record["closed_at"][at] >= world.as_of)
    record["closed_at"][at[late]] = NAT
    record["state"][at] = np.where(late, "resolved", "closed")
    moved = dict(zip(ids, zip(before, until, strict=True), strict=True))
    event = world.tables["event"]
    gone = np.zeros(world.n("event"), dtype=bool)
    for i in np.flatnonzero(of(world, "event", "entity_id", ids)):
        old, new = moved[event["entity_id"][i]]
        closing = event["activity"][i] == "closed"
        if event["activity"][i] == "resolved" and event["at_occurred"][i] == old:
            event["at_occurred"][i], event["at_recorded"][i] = new, new + MINUTE / 20
        if closing:
            end = record["closed_at"][rows[event["entity_id"][i]]]
            gone[i] = np.isnat(end)
            event["at_occurred"][i], event["at_recorded"][i] = end, end + MINUTE / 20
    world.drop("event", gone)
    clocked(world, ids)


def clocked(world: World, ids: Array) -> None:
    """Target results of the solution follow the records' times."""
    results = world.tables["target_result"]
    final = world.where("target_result", metric=["resolve", "fulfil"])
    record, rows = world.tables["record"], world.index("record")
    for i in np.flatnonzero(final & of(world, "target_result", "record", ids)):
        solved_at = record["resolved_at"][rows[results["record"][i]]]
        late = bool(solved_at > results["due_at"][i])
        over = float(world.clock.between(results["due_at"][i], solved_at)) if late else 0.0
        if late:
            promise = world.lookup("target.value", [results["target"][i]])[0] * 60
            results["elapsed_min"][i] = round(promise + over, 1)
            told = results["due_at"][i] + 120 * MINUTE
            results["notified_at"][i] = told if told < world.as_of else NAT
        results["met"][i] = not late
        results["computed_at"][i] = solved_at
        record["reported_sla_met"][rows[results["record"][i]]] = not late
