"""Defects of requests: late, approved by habit, in the wrong drawer."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import delayed, of, solved
from bench.worlds.words import titles
from bench.worlds.world import World


@plant("Q01")
def late(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Devices arrive later than promised."""
    mine = solved(world, kind="request", category="device")
    mine &= world.col("record.opened_at") < world.as_of - 40 * DAY
    hit = world.pick(mine, {"medium": 0.2, "large": 0.5}[size])
    ids = world.col("record.id")[hit]
    final = world.where("target_result", metric="fulfil")
    due = dict(zip(world.col("target_result.record")[final],
                   world.col("target_result.due_at")[final], strict=True))  # fmt: skip
    end = world.clock.add(np.array([due[i] for i in ids]), rng.uniform(60, 2400, len(ids)))
    now = world.col("record.resolved_at")[hit]
    delayed(world, ids, np.maximum(end, now))
    rows = final & of(world, "target_result", "record", world.col("record.id")[
        world.where("record", kind="request", category="device") & world.inside("record.opened_at")
    ])  # fmt: skip
    value = float(np.mean([not m for m in world.col("target_result.met")[rows]]))
    return Truth("Q01", ("category", "device"), value=value)


@plant("Q02")
def never_no(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Every device waits days for an approval that is always given."""
    mine = solved(world, kind="request", category=["device", "relocation"])
    hit = world.pick(mine, {"medium": 0.5, "large": 1.0}[size])
    start, end = world.col("record.opened_at")[hit], world.col("record.resolved_at")[hit]
    ids = world.col("record.id")[hit]
    long = np.maximum(world.clock.add(start, rng.uniform(900, 2400, len(ids))), end)
    long = np.minimum(long, world.as_of - DAY)
    keep = long > start + DAY
    ids, start, long = ids[keep], start[keep], long[keep]
    delayed(world, ids, long)
    world.append("approval", id=[f"AX{i:05d}" for i in range(len(ids))], entity="record",
                 entity_id=ids, step="cost centre", level="manager", approver="account-01",
                 decision="approved", requested_at=start, at=start + (long - start) * 0.9,
                 recorded_at=start + (long - start) * 0.9)  # fmt: skip
    return Truth("Q02", ("category", "cost centre"), also=(
        ("category", "device"), ("category", "relocation")))  # fmt: skip


@plant("Q03", sizes=("large",))
def wrong_drawer(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Half of what one team books as incidents are wishes; a person labelled a sample."""
    mine = world.where("record", kind="incident", team="Workplace")
    hit = world.pick(mine, 0.5)
    world.set("record", hit, "title", titles(rng, np.ones(int(hit.sum()), dtype=bool)))
    inside = np.flatnonzero(mine & world.inside("record.opened_at"))
    sample = rng.choice(inside, min(150, len(inside)), replace=False)
    kinds = np.where(hit[sample], "request", "incident")
    world.append("label", entity="record", entity_id=world.col("record.id")[sample], label="kind",
                 value=kinds, made_by="head-02", at=world.as_of - 5 * DAY)  # fmt: skip
    return Truth("Q03", ("team", "Workplace"), also=(("organisation", "*"),))
