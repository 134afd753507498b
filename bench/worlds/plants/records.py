"""Defects of the records and of the log itself: missing, impossible, doubled, edited, cut off."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, MINUTE, minutes
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT, noted, of
from bench.worlds.world import World


@plant("Z01")
def empty_fields(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team leaves the category empty."""
    mine = world.where("record", team="Applications")
    hit = world.pick(mine, {"medium": 0.3, "large": 0.7}[size])
    world.set("record", hit, "category", None)
    inside = mine & world.inside("record.opened_at")
    value = float((hit & inside).sum() / inside.sum())
    return Truth("Z01", ("team", "Applications"), value=value)


@plant("Z02")
def impossible(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One desk's tickets are solved before they were opened."""
    mine = world.where("record", team="Desk South") & ~np.isnat(world.col("record.resolved_at"))
    hit = world.pick(mine, {"medium": 0.03, "large": 0.1}[size])
    world.set("record", hit, "resolved_at", world.col("record.opened_at")[hit] - 2 * HOUR)
    inside = world.where("record", team="Desk South") & world.inside("record.opened_at")
    value = float((hit & inside).sum() / inside.sum())
    return Truth("Z02", ("team", "Desk South"), value=value, also=(("organisation", "*"),))


@plant("Z03")
def wrong_clock(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The promise is measured when the record is closed, not when it is solved."""
    results, record = world.tables["target_result"], world.tables["record"]
    rows = world.index("record")
    final = np.flatnonzero(world.where("target_result", metric=["resolve", "fulfil"]))
    at = np.array([rows[i] for i in results["record"][final]])
    closed = np.where(np.isnat(record["closed_at"][at]), world.as_of, record["closed_at"][at])
    share = {"medium": 0.5, "large": 1.0}[size]
    hit = (closed > results["due_at"][final]) & (rng.random(len(final)) < share)
    results["met"][final[hit]] = False
    record["reported_sla_met"][at[hit]] = False
    if size == "large":
        world.set("target", world.where("target", metric=["resolve", "fulfil"]), "clock_stop",
                  "closed")  # fmt: skip
    return Truth("Z03", ("organisation", "*"))


@plant("Z04")
def heap(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Somebody closes a heap of solved tickets within some minutes."""
    count = {"medium": 60, "large": 500}[size]
    start = world.clock.utc(np.datetime64(world.shape.months[18], "us") + 9 * DAY + 14 * HOUR)
    record = world.tables["record"]
    ready = (record["resolved_at"] < start) & (record["closed_at"] > world.since + 60 * DAY)
    near = np.flatnonzero(ready & world.where("record", kind=["incident", "request"]))
    near = near[np.argsort(np.abs(record["closed_at"][near] - start))][:count]
    at = start + minutes(np.sort(rng.uniform(0, 8, len(near))))
    record["closed_at"][near] = at
    by = world.notes["staff"]["Operations"][0]
    until = dict(zip(record["id"][near], at, strict=True))
    closing = of(world, "event", "entity_id", record["id"][near])
    closing &= world.where("event", activity="closed")
    moved = np.array([until[i] for i in world.col("event.entity_id")[closing]])
    for column in ("at_occurred", "at_recorded"):
        world.set("event", closing, column, moved)
    world.set("event", closing, "actor", by)
    world.set("event", closing, "actor_kind", "person")
    return Truth("Z04", ("period", str(start.astype("M8[D]"))))


@plant("Z05")
def backdated(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team writes down two to five days later what it solved."""
    mine = world.where("event", activity="resolved", team="Network")
    mine &= world.col("event.at_occurred") < world.as_of - 6 * DAY
    hit = world.pick(mine, {"medium": 0.1, "large": 0.4}[size])
    late = minutes(rng.uniform(48 * 60, 120 * 60, int(hit.sum())))
    world.set("event", hit, "at_recorded", world.col("event.at_occurred")[hit] + late)
    return Truth("Z05", ("team", "Network"), also=(("organisation", "*"),))


@plant("Z06")
def edited(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team changes the priority of records that are closed."""
    record = world.tables["record"]
    mine = world.where("record", team="Workplace", state="closed") & world.inside(
        "record.closed_at", end=world.as_of - 3 * DAY
    )
    hit = world.pick(mine, {"medium": 0.04, "large": 0.15}[size])
    at = record["closed_at"][hit] + minutes(rng.uniform(300, 3000, int(hit.sum())))
    old = record["priority"][hit].astype(int).astype(str).astype(object)
    noted(world, record["id"][hit], "priority_changed", at, "Workplace", field="priority", old=old,
          new="4")  # fmt: skip
    world.set("record", hit, "priority", 4)
    return Truth("Z06", ("team", "Workplace"), value=float(hit.sum() / mine.sum()))


@plant("Z07")
def broken(world: World, size: str, rng: np.random.Generator) -> Truth:
    """An event was deleted (large) or its hash replaced (medium) after the log was sealed."""
    number = int(rng.integers(20_000, 40_000))

    def tamper(world: World) -> None:
        if size == "large":
            world.drop("event", world.where("event", seq=float(number)))
        else:
            world.col("event.hash")[number] = "0" * 64

    world.after_seal.append(tamper)
    return Truth("Z07", ("organisation", "*"))


@plant("Z08")
def doubles(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same ticket arrives twice within the hour."""
    mine = world.where("record", kind="incident", channel=["portal", "mail"])
    hit = world.pick(mine, {"medium": 0.12, "large": 0.3}[size])
    copies = {name: v[hit].copy() for name, v in world.tables["record"].items()}
    copies["id"] = np.array([f"{i}D" for i in copies["id"]], dtype=object)
    for column in ("opened_at", "first_response_at", "resolved_at", "closed_at"):
        copies[column] = copies[column] + 12 * MINUTE
        copies[column][copies[column] >= world.as_of] = NAT
    copies["opened_at"] = np.where(np.isnat(copies["opened_at"]), world.as_of - MINUTE,
                                   copies["opened_at"])  # fmt: skip
    world.append("record", **copies)
    for word, column in (("opened", "opened_at"), ("resolved", "resolved_at"),
                         ("closed", "closed_at")):  # fmt: skip
        there = ~np.isnat(copies[column])
        noted(world, copies["id"][there], word, copies[column][there], copies["team"][there],
              at_recorded=np.minimum(copies[column][there] + MINUTE / 20, world.as_of))  # fmt: skip
    return Truth("Z08", ("organisation", "*"), also=tuple(
        ("team", t) for t in world.notes["staff"]))  # fmt: skip


@plant("Z08", variant="dangling")
def dangling(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Records name components that do not exist."""
    mine = np.array([c is not None for c in world.col("record.ci")])
    hit = world.pick(mine, {"medium": 0.1, "large": 0.3}[size])
    world.set("record", hit, "ci", "CI-LOST-1")
    return Truth("Z08", ("organisation", "*"), also=tuple(
        ("team", t) for t in world.notes["staff"]))  # fmt: skip


@plant("Z09")
def maker_checker(world: World, size: str, rng: np.random.Generator) -> Truth:
    """People approve the risky changes that they carry out themselves."""
    change = world.tables["change"]
    risky = world.where("change", risk_class="high") & ~np.isnat(change["start"])
    risky &= change["start"] > world.since
    record = world.index("record")
    team = np.array([world.col("record.team")[record[i]] for i in change["record"]])
    names, counts = np.unique(team[risky].astype(str), return_counts=True)
    most = str(names[np.argmax(counts)])
    rows = np.flatnonzero(risky & (team == most))[: {"medium": 2, "large": 8}[size]]
    doer = dict(zip(change["record"][rows], change["implementer"][rows], strict=True))
    given = of(world, "approval", "entity_id", change["record"][rows])
    given &= world.where("approval", decision="approved")
    who = np.array([doer[i] for i in world.col("approval.entity_id")[given]], dtype=object)
    world.set("approval", given, "approver", who)
    told = of(world, "event", "entity_id", change["record"][rows])
    told &= world.where("event", activity="approved")
    who = np.array([doer[i] for i in world.col("event.entity_id")[told]], dtype=object)
    world.set("event", told, "actor", who)
    return Truth("Z09", ("team", most))


@plant("Z10")
def shared(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One desk works under a common log-in."""
    world.append("person", id=["shared-desk"], name="Desk log-in", kind="shared",
                 team="Desk North", active=True)  # fmt: skip
    staff = world.notes["staff"]["Desk North"]
    mine = world.where("event", team="Desk North", actor_kind="person", actor=staff)
    hit = world.pick(mine, {"medium": 0.12, "large": 0.5}[size])
    world.set("event", hit, "actor", "shared-desk")
    all_ = world.where("event", team="Desk North", actor_kind="person")
    all_ &= world.inside("event.at_occurred")
    value = float((hit & all_).sum() / all_.sum())
    return Truth("Z10", ("team", "Desk North"), value=value, also=(("organisation", "*"),))


@plant("Z11", sizes=("large",))
def only_closed(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The export holds closed records only."""
    gone = world.where("record", state=["open", "waiting"])
    ids = world.col("record.id")[gone]
    world.drop("record", gone)
    for table, column in (("event", "entity_id"), ("message", "record"), ("worklog", "record"),
                          ("target_result", "record"), ("problem", "record")):  # fmt: skip
        world.drop(table, of(world, table, column, ids))
    return Truth("Z11", ("period", "*"))


@plant("Z11", variant="edge")
def thin_edge(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The last weeks of the export are nearly empty."""
    kept = {"medium": 0.3, "large": 0.05}[size]
    late = (world.col("record.opened_at") > world.as_of - 28 * DAY) & world.where(
        "record", kind=["incident", "request"]
    )
    gone = late & (rng.random(len(late)) > kept)
    ids = world.col("record.id")[gone]
    world.drop("record", gone)
    for table, column in (("event", "entity_id"), ("message", "record"), ("worklog", "record"),
                          ("target_result", "record"), ("survey", "record"),
                          ("approval", "entity_id")):  # fmt: skip
        world.drop(table, of(world, table, column, ids))
    return Truth("Z11", ("period", "*"))


@plant("Z12")
def renamed(world: World, size: str, rng: np.random.Generator) -> Truth:
    """In the middle of the year a category gets another name."""
    name = {"medium": "data", "large": "access"}[size]
    since = np.datetime64(world.shape.months[18], "us")
    hit = world.where("record", category=name) & (world.col("record.opened_at") >= since)
    world.set("record", hit, "category", f"{name} (new)")
    return Truth("Z12", ("period", "*"))


@plant("Z13")
def proof_missing(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Decided approvals without an instant or a name."""
    decided = world.where("approval", decision=["approved", "rejected"])
    hit = world.pick(decided, {"medium": 0.15, "large": 0.4}[size])
    world.set("approval", hit, "approver", None)
    return Truth("Z13", ("organisation", "*"))
