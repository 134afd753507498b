"""Defects of problems: repeats without a cause, old ones, errors known and not helped."""

from __future__ import annotations

import numpy as np

from bench.worlds.cases import add
from bench.worlds.clock import DAY, HOUR, Array, minutes
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import of
from bench.worlds.world import World


def incidents(
    world: World, rng: np.random.Generator, at: Array, service: str, item: str, category: str,
    team: str,
) -> Array:  # fmt: skip
    """More incidents of one kind on one component; their ids."""
    n = len(at)
    home = rng.choice(list(world.notes["size"]), n).astype(object)
    who = np.array([rng.choice(world.notes["users"][h]) for h in home], dtype=object)
    return add(
        world, "incident", "PX", world.clock.into_hours(at), rng.uniform(60, 700, n),
        team=[team] * n, service=service, ci=item, category=category, customer=home,
        requester=who, impact=3.0, urgency=3.0,
    )  # fmt: skip


def lead(team: str) -> Array:
    """The leader of a team, as a requester."""
    return np.array([f"lead-{team.lower().replace(' ', '-')}"], dtype=object)


@plant("P01")
def repeats(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same fault on one component again and again, and nobody looks for the cause."""
    count = {"medium": 9, "large": 24}[size]
    at = np.sort(world.as_of - 120 * DAY + minutes(rng.uniform(0, 25 * 1440, count)))
    item = world.notes["ci_of"]["S08"][5]
    world.set("record", world.where("record", ci=item, category="hardware"), "problem", None)
    incidents(world, rng, at, "S08", item, "hardware", "Operations")
    return Truth("P01", ("ci", str(item)), also=(("category", "hardware"),))


@plant("P02")
def old(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Problems of one service lie open for a year, and nothing happens to them."""
    count = {"medium": 4, "large": 14}[size]
    opened = world.as_of - minutes(rng.uniform(260 * 1440, 420 * 1440, count))
    ids = add(world, "problem", "PO", world.clock.into_hours(opened), np.full(count, 9e6),
              team=["Data Services"] * count, service="S05", category="data",
              requester=np.repeat(lead("Data Services"), count))  # fmt: skip
    world.append("problem", record=ids, workaround=True, known_error=False)
    return Truth("P02", ("service", "S05"), also=tuple(("record", str(i)) for i in ids))


@plant("P03")
def asleep(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team's problems sleep for a year and are closed on one afternoon."""
    count = {"medium": 5, "large": 16}[size]
    end = world.clock.utc(np.datetime64(world.shape.months[20], "us") + 15 * DAY + 15 * HOUR)
    opened = end - minutes(rng.uniform(230 * 1440, 400 * 1440, count))
    took = (end - opened) / minutes(1.0) + rng.uniform(0, 60, count)
    ids = add(world, "problem", "PS", opened, took, team=["Operations"] * count, service="S08",
              category="hardware", requester=np.repeat(lead("Operations"), count))  # fmt: skip
    world.append("problem", record=ids, workaround=True, known_error=False)
    mine = of(world, "event", "entity_id", ids)
    world.drop("event", mine & world.where("event", activity="started"))
    shut = end + minutes(rng.uniform(60, 120, count))
    world.set("record", of(world, "record", "id", ids), "closed_at", shut)
    until = dict(zip(ids, shut, strict=True))
    closing = of(world, "event", "entity_id", ids) & world.where("event", activity="closed")
    moved = np.array([until[i] for i in world.col("event.entity_id")[closing]])
    for column in ("at_occurred", "at_recorded"):
        world.set("event", closing, column, moved)
    day = str(end.astype("M8[D]"))
    return Truth("P03", ("team", "Operations"), also=(("period", day),))


@plant("P04")
def known_not_helped(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The error is known for months; no workaround, no article."""
    count = {"medium": 1, "large": 5}[size]
    opened = world.as_of - minutes(rng.uniform(80 * 1440, 120 * 1440, count))
    ids = add(world, "problem", "PK", world.clock.into_hours(opened), np.full(count, 9e6),
              team=["Network"] * count, service="S06", category="connection",
              requester=np.repeat(lead("Network"), count))  # fmt: skip
    world.append("problem", record=ids, workaround=False, known_error=True,
                 known_error_at=opened + 4 * DAY)  # fmt: skip
    for back in (50, 30, 12, 3):
        world.append(
            "event", seq=np.zeros(count), entity="record", entity_id=ids, activity="commented",
            source_activity="commented", actor=world.notes["staff"]["Network"][0],
            actor_kind="person", team="Network", level=2.0, via="web",
            at_occurred=world.as_of - back * DAY, at_recorded=world.as_of - back * DAY + HOUR,
        )  # fmt: skip
    return Truth("P04", ("record", str(ids[0])), also=(("service", "S06"),))


@plant("P05")
def still_there(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A problem was solved, and its incidents go on as before."""
    count = {"medium": 14, "large": 32}[size]
    fixed = world.clock.utc(np.datetime64(world.shape.months[19], "us") + 10 * DAY + 11 * HOUR)
    item = world.notes["ci_of"]["S09"][4]
    ids = add(world, "problem", "PF", np.array([fixed - 60 * DAY]), np.array([60.0 * 1440]),
              team=["Network"], service="S09", ci=item, category="connection",
              requester=lead("Network"))  # fmt: skip
    world.append("problem", record=ids, workaround=True, known_error=False)
    before = fixed - minutes(rng.uniform(2, 88, count) * 1440)
    after = fixed + minutes(rng.uniform(2, 88, int(rng.poisson(count))) * 1440)
    made = incidents(world, rng, np.sort(np.concatenate([before, after])), "S09", item,
                     "connection", "Network")  # fmt: skip
    world.set("record", of(world, "record", "id", made), "problem", str(ids[0]))
    return Truth("P05", ("record", str(ids[0])), value=1.0, also=(("service", "S09"),))
