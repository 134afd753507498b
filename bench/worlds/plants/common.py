"""What several plants do: events on records, and times that move with everything else."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.worlds.clock import MINUTE, Array
from bench.worlds.org import LEVEL
from bench.worlds.world import World


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
        actor_kind="person",
        team=held,
        level=[float(LEVEL[t]) for t in held],
        via="web",
        at_occurred=at,
        at_recorded=recorded,
        **more,
    )
