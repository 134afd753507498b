"""Defects of incidents: ping-pong, reopening, silent queues and bent priorities."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, MINUTE, minutes
from bench.worlds.org import LINE2
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT, delayed, noted, of, solved, unresolve
from bench.worlds.world import World


@plant("I01")
def ping_pong(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One desk sends tickets to the network team and gets them back, and they take longer."""
    desk = "Desk North"
    rows = solved(world, kind="incident", team=desk, channel=["portal", "mail"])
    hit = world.pick(rows, {"medium": 0.4, "large": 0.9}[size])
    ids, start = world.col("record.id")[hit], world.col("record.opened_at")[hit]
    end = world.col("record.resolved_at")[hit].copy()
    longer = np.minimum(world.clock.add(end, rng.uniform(900, 2400, len(ids))), world.as_of - HOUR)
    delayed(world, ids, np.maximum(end, longer))
    noted(world, ids, "assigned", start + (end - start) * 0.9, "Network", field="team", old=desk,
          new="Network")  # fmt: skip
    noted(world, ids, "assigned", end, desk, field="team", old="Network", new=desk)
    world.set("record", hit, "reassignment_count", 2)
    return Truth("I01", ("pair", f"{desk}|Network"), also=(("team", desk), ("team", "Network")))


@plant("I02")
def reopened(world: World, size: str, rng: np.random.Generator) -> Truth:
    """What one desk calls solved comes back."""
    rows = solved(world, kind="incident", team="Desk West")
    rows &= world.col("record.resolved_at") < world.as_of - 9 * DAY
    rows &= world.col("record.reopen_count") == 0
    hit = world.pick(rows, {"medium": 0.1, "large": 0.22}[size])
    ids, end = world.col("record.id")[hit], world.col("record.resolved_at")[hit]
    back = world.clock.into_hours(end + minutes(rng.uniform(60, 5000, len(ids))))
    again = world.clock.add(back, rng.uniform(30, 400, len(ids)))
    who = world.col("record.requester")[hit]
    noted(world, ids, "reopened", back, "Desk West", actor=who)
    noted(world, ids, "resolved", again, "Desk West")
    world.set("record", hit, "resolved_at", again)
    world.set("record", hit, "closed_at", world.clock.add(again, 300.0))
    world.set("record", hit, "reopen_count", 1)
    closing = of(world, "event", "entity_id", ids) & world.where("event", activity="closed")
    until = dict(zip(ids, world.clock.add(again, 300.0), strict=True))
    end_at = np.array([until[i] for i in world.col("event.entity_id")[closing]])
    for column in ("at_occurred", "at_recorded"):
        world.set("event", closing, column, end_at)
    mine = solved(world, kind="incident", team="Desk West")
    value = float((world.col("record.reopen_count")[mine] > 0).mean())
    return Truth("I02", ("team", "Desk West"), value=value)


@plant("I03")
def not_in_front(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One desk hands on what the others solve themselves."""
    rows = solved(world, kind="incident", team="Desk South")
    hit = world.pick(rows, {"medium": 0.45, "large": 0.8}[size])
    ids, start = world.col("record.id")[hit], world.col("record.opened_at")[hit]
    span = world.col("record.resolved_at")[hit] - start
    team = np.array([LINE2[s] for s in world.col("record.service")[hit]], dtype=object)
    noted(world, ids, "escalated", start + span * 0.7, team, field="team", old="Desk South",
          new=team)  # fmt: skip
    later = of(world, "event", "entity_id", ids) & world.where(
        "event", activity=["resolved", "closed", "reopened"]
    )
    to = dict(zip(ids, team, strict=True))
    held = np.array([to[i] for i in world.col("event.entity_id")[later]], dtype=object)
    world.set("event", later, "team", held)
    world.set("event", later, "level", 2.0)
    world.set("record", hit, "team", team)
    world.set("record", hit, "level", 2.0)
    return Truth("I03", ("team", "Desk South"))


@plant("I04")
def paused_for_nobody(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team stops the clock without having asked anything."""
    team = "Workplace"
    record, rows = world.tables["record"], world.index("record")
    event = world.tables["event"]
    pauses = np.flatnonzero(
        world.where("event", activity="paused", team=team) & world.inside("event.at_occurred")
    )
    pauses = np.array(
        [i for i in pauses if record["requester"][rows[event["entity_id"][i]]] is not None]
    )
    chosen = rng.choice(pauses, round(len(pauses) * {"medium": 0.3, "large": 0.7}[size]), False)
    message = world.tables["message"]
    gone = np.zeros(world.n("message"), dtype=bool)
    for i in chosen:
        near = np.abs(message["at"] - event["at_occurred"][i]) <= 32 * MINUTE
        gone |= near & (message["record"] == event["entity_id"][i])
    world.drop("message", gone & (message["direction"] == "out"))
    message = world.tables["message"]
    bad = 0
    said = message["direction"] == "out"
    for i in pauses:
        near = np.abs(message["at"] - event["at_occurred"][i]) <= 30 * MINUTE
        bad += not (near & said & (message["record"] == event["entity_id"][i])).any()
    return Truth("I04", ("team", team), value=bad / len(pauses))


@plant("I05")
def bent(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team lowers the priority shortly before the promise would be missed."""
    team = "Operations"
    rows = solved(world, kind="incident", team=team, priority=[2.0, 3.0, 4.0])
    hit = world.pick(rows, {"medium": 0.12, "large": 0.3}[size])
    ids, start = world.col("record.id")[hit], world.col("record.opened_at")[hit]
    due = dict(zip(world.col("target_result.record"), world.col("target_result.due_at"),
                   strict=True))  # fmt: skip
    final = world.where("target_result", metric="resolve")
    due = dict(
        zip(
            world.col("target_result.record")[final],
            world.col("target_result.due_at")[final],
            strict=True,
        )
    )
    end = np.array([due[i] for i in ids])
    at = start + (end - start) * rng.uniform(0.82, 0.98, len(ids))
    solved_at = np.maximum(at + 90 * MINUTE, world.col("record.resolved_at")[hit])
    keep = solved_at < world.as_of - DAY
    delayed(world, ids[keep], solved_at[keep])
    old = world.lookup("record.priority", ids[keep]).astype(int)
    noted(world, ids[keep], "priority_changed", at[keep], team, field="priority",
          old=old.astype(str).astype(object), new=(old + 1).astype(str).astype(object))  # fmt: skip
    world.set("record", of(world, "record", "id", ids[keep]), "priority", old + 1)
    return Truth("I05", ("team", team))


@plant("I06")
def forgotten(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Old tickets of one team at which nobody looks any more."""
    team = "Data Services"
    old = solved(world, kind="incident", team=team, priority=[3.0, 4.0])
    at = world.col("record.opened_at")
    old &= (at < world.as_of - 100 * DAY) & (at > world.as_of - 260 * DAY)
    ids = rng.choice(world.col("record.id")[old], {"medium": 6, "large": 20}[size], False)
    opened = world.lookup("record.opened_at", ids)
    unresolve(world, ids, opened + 5 * DAY)
    return Truth("I06", ("team", team), also=tuple(("record", str(i)) for i in ids))


@plant("I07")
def no_lesson(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Major incidents after which nothing was decided."""
    done = solved(world, major=True)
    done &= world.col("record.resolved_at") < world.as_of - 40 * DAY
    names = world.col("record.id")[done]
    ids = names[: {"medium": 1, "large": 4}[size]]
    world.drop("action", of(world, "action", "source", ids))
    world.drop("attachment", ~np.isin(world.col("attachment.entity_id").astype(str),
                                      world.col("action.id").astype(str)))  # fmt: skip
    world.set("record", of(world, "record", "id", ids), "reviewed_at", NAT)
    service = world.lookup("record.service", ids[:1])[0]
    return Truth("I07", ("record", str(ids[0])), also=(("service", str(service)),))


@plant("I08")
def growing(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team gets behind: in the last quarter much of its work stays open."""
    team = "Workplace"
    at = world.col("record.opened_at")
    rows = solved(world, kind=["incident", "request"], team=team) & (at > world.as_of - 84 * DAY)
    hit = world.pick(rows, {"medium": 0.35, "large": 0.7}[size])
    ids = world.col("record.id")[hit]
    unresolve(world, ids)
    for back in (1, 5, 9):
        at = np.full(len(ids), world.as_of - back * DAY) + minutes(rng.uniform(0, 300, len(ids)))
        late = at > world.lookup("record.opened_at", ids) + HOUR
        noted(world, ids[late], "commented", np.minimum(at, world.as_of - HOUR)[late], team)
    return Truth("I08", ("team", team))
