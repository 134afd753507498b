"""Defects of the portfolio: unowned, unused, twice."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import Array
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import of
from bench.worlds.world import World, unknown


@plant("T01")
def unowned(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Live services without an owner, an entry or a cost centre."""
    lacks = (("S10", "owner", None), ("S08", "catalogue_entry", False),
             ("S11", "cost_centre", None), ("S05", "catalogue_entry", None))  # fmt: skip
    for service, column, value in lacks[: {"medium": 1, "large": 4}[size]]:
        world.set("service", world.where("service", id=service), column, value)
    return Truth("T01", ("service", "S10"))


@plant("T02")
def zombie(world: World, size: str, rng: np.random.Generator) -> Truth:
    """For a quarter hardly anybody has used a service that is still paid."""
    usage, revenue = world.tables["usage"], world.tables["revenue"]
    months = np.array(world.shape.months[-3:], "M8[D]")
    factor = {"medium": 0.006, "large": 0.0}[size]
    for table, column in ((usage, "units"), (revenue, "amount")):
        rows = (table["service"] == "S11") & np.isin(table["month"], months)
        table[column][rows] = np.round(table[column][rows] * factor)
    mine = usage["service"] == "S11"
    for column in ("active_users",):
        rows = mine & np.isin(usage["month"], months)
        usage[column][rows] = np.ceil(usage[column][rows] * factor)
    by = [usage["units"][mine & (usage["month"] == np.datetime64(m))].sum()
          for m in world.shape.months[-13:]]  # fmt: skip
    return Truth("T02", ("service", "S11"), value=float(max(by[-3:]) / max(by)))


@plant("T03", variant="requesters")
def twins(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Two services do the same for largely the same people, who ask about both."""
    record = world.tables["record"]
    alike(world, "S04", "S07")
    inside = world.inside("record.opened_at")
    named = inside & ~unknown(record["requester"])
    one, other = named & (record["service"] == "S04"), named & (record["service"] == "S07")
    hit = world.pick(one, {"medium": 0.6, "large": 1.0}[size])
    for customer in world.notes["used"]:
        rows = np.flatnonzero(hit & (record["customer"] == customer))
        pool = np.unique(record["requester"][other & (record["customer"] == customer)].astype(str))
        if len(rows) and len(pool):
            asked_by(world, record["id"][rows], rng.choice(pool.astype(object), len(rows)))
    return Truth("T03", ("pair", "S04|S07"),
                 value=overlap(record["requester"][one], record["requester"][other]))  # fmt: skip


def asked_by(world: World, ids: Array, who: Array) -> None:
    """Records were asked for by somebody else; what that person did moves along."""
    old = dict(zip(ids, world.lookup("record.requester", ids), strict=True))
    new = dict(zip(ids, who, strict=True))
    for table, key, column in (
        ("record", "id", "requester"),
        ("event", "entity_id", "actor"),
        ("message", "record", "author"),
        ("survey", "record", "person"),
    ):
        values = world.col(f"{table}.{column}")
        for i in np.flatnonzero(of(world, table, key, ids)):
            name = world.col(f"{table}.{key}")[i]
            if values[i] == old[name]:
                values[i] = new[name]


def overlap(a: Array, b: Array) -> float:
    """The Jaccard index of two sets of people."""
    one, other = set(a.astype(str)), set(b.astype(str))
    return len(one & other) / len(one | other)


def alike(world: World, one: str, other: str) -> None:
    """Two services get the same function."""
    tag = world.lookup("service.function_tag", [one])[0]
    world.set("service", world.where("service", id=other), "function_tag", tag)


@plant("T03", variant="persons")
def twins_by_use(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Two services do the same for largely the same people, as their use by person tells."""
    alike(world, "S08", "S10")
    people = world.col("person.id")[world.where("person", kind="person", active=True)]
    drawn = rng.choice(people, 300, replace=False)
    start = {"medium": 110, "large": 30}[size]
    months = np.array(world.shape.months[-12:], "M8[D]")
    for service, mine in (("S08", drawn[:200]), ("S10", drawn[start : start + 190])):
        for month in months[::2]:
            world.append("person_usage", service=service, person=mine, month=month,
                         units=np.round(rng.gamma(2, 20, len(mine))) + 1)  # fmt: skip
    value = overlap(drawn[:200], drawn[start : start + 190])
    return Truth("T03", ("pair", "S08|S10"), value=value)
