"""Defects of incidents: ping-pong, reopening, silent queues and bent priorities."""

from __future__ import annotations

import numpy as np

from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import noted
from bench.worlds.world import World


@plant("I01")
def ping_pong(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team sends tickets away and gets them back, and they take longer for it."""
    share = {"medium": 0.16, "large": 0.4}[size]
    return bounced(world, rng, "Network", "Operations", share)


def bounced(world: World, rng: np.random.Generator, team: str, other: str, share: float) -> Truth:
    """A share of the team's incidents goes to another team and back, twice as slowly."""
    rows = world.where("record", kind="incident", team=team) & world.inside("record.opened_at")
    rows &= ~np.isnat(world.col("record.resolved_at"))
    hit = world.pick(rows, share)
    ids, start = world.col("record.id")[hit], world.col("record.opened_at")[hit]
    span = world.col("record.resolved_at")[hit] - start
    noted(world, ids, "assigned", start + span * 0.5, other, field="team", old=team, new=other)
    noted(world, ids, "assigned", start + span * 0.8, team, field="team", old=other, new=team)
    world.set("record", hit, "reassignment_count", 3)
    return Truth("I01", ("team", team), also=(("pair", "|".join(sorted((team, other)))),))
