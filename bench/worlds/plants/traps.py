"""Worlds in which a naive reading errs; each must end in the right grey or warning (8.2)."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR
from bench.worlds.planting import TRAPS, trap
from bench.worlds.plants import records
from bench.worlds.plants.common import NAT, of
from bench.worlds.world import World

BLOCKED = ("data_not_trustworthy",)
QUIET = ("clean", "watch", "not_enough_evidence", "not_applicable", "data_not_trustworthy")
NOT_RED = ("green", "amber", "not_enough_evidence", "data_not_trustworthy", "not_applicable")


@trap(
    "survey-only-to-happy",
    {"C02": ("exceptions",), "MC-01": BLOCKED, "MC-02": BLOCKED, "MC-11": BLOCKED},
)
def only_happy(world: World, rng: np.random.Generator) -> None:
    """Agents ask only where the promise was kept and nothing came back."""
    survey, rows = world.tables["survey"], world.index("record")
    at = [rows.get(r, -1) for r in survey["record"]]
    met, back = world.col("record.reported_sla_met"), world.col("record.reopen_count")
    sad = np.array([i >= 0 and (met[i] is False or back[i] > 0) for i in at])
    world.drop("survey", sad)
    asked = np.array([r is not None for r in world.col("survey.record")])
    world.set("survey", asked, "sent_by", "agent")


@trap("sla-clock", {"Z03": ("exceptions",), "MC-11": BLOCKED, "MB-12": BLOCKED})
def sla_clock(world: World, rng: np.random.Generator) -> None:
    """The promise is measured at closing: no statement on kept promises."""
    records.wrong_clock(world, "large", rng)


@trap("mass-closing", {"Z04": ("exceptions",), "MC-10": BLOCKED, "MB-11": BLOCKED})
def mass_closing(world: World, rng: np.random.Generator) -> None:
    """Five hundred closings within minutes tell nothing about the work."""
    records.heap(world, "large", rng)


@trap("truncated-period", {"Z11": ("exceptions",), "MC-06": BLOCKED, "I08": QUIET})
def truncated(world: World, rng: np.random.Generator) -> None:
    """The last weeks are nearly empty: no collapse of the work, an edge of the export."""
    records.thin_edge(world, "large", rng)


@trap("unit-of-seven", {"C03": QUIET, "I02": QUIET})
def seven(world: World, rng: np.random.Generator) -> None:
    """A customer with seven tickets, five of them silent and reopened, proves nothing."""
    mine = np.flatnonzero(
        world.where("record", kind="incident", state="closed") & world.inside("record.opened_at")
    )
    rows = rng.choice(mine, 7, replace=False)
    world.append("customer", id=["C99"], name="Small one", active=True, segment="trade")
    world.set("record", rows, "customer", "C99")
    ids = world.col("record.id")[rows]
    told = of(world, "message", "record", ids[:5]) & world.where("message", direction="out")
    world.drop("message", told)
    world.set("survey", of(world, "survey", "record", ids), "customer", "C99")


@trap("shuffled-teams", {"I03": QUIET, "MC-09": NOT_RED, "MR-01": NOT_RED})
def shuffled(world: World, rng: np.random.Generator) -> None:
    """Outcomes of changes are dealt out anew: no team is worse than another."""
    outcome, reviewed = world.col("change.outcome"), world.col("change.reviewed_at")
    ended = world.col("change.end")
    order = rng.permutation(len(outcome))
    world.tables["change"]["outcome"] = outcome[order]
    failed = np.isin(outcome[order].astype(str), ["failed", "backed_out"])
    fresh = np.minimum(ended + 3 * DAY, world.as_of - HOUR)
    reviewed[:] = np.where(failed, fresh, NAT)


@trap("changed-because-it-burned", {"H04": QUIET, "MR-02": NOT_RED})
def reverse_cause(world: World, rng: np.random.Generator) -> None:
    """Four incidents come before the change that repairs them, and one is late to arrive."""
    record, change = world.tables["record"], world.tables["change"]
    rows = np.flatnonzero(change["start"] > world.since)[::6]
    index = world.index("record")
    free = np.flatnonzero(
        world.where("record", kind="incident", major=False) & world.inside("record.opened_at")
    )
    for k, i in enumerate(rows):
        gap = record["opened_at"][free] - change["start"][i]
        before, after = (
            free[(gap < 0 * DAY) & (gap > -3 * DAY)],
            free[(gap > 0 * DAY) & (gap < DAY)],
        )
        some = [rng.choice(side, min(n, len(side)), False) for side, n in ((before, 4), (after, 1))]
        record["ci"][np.concatenate(some)] = record["ci"][index[change["record"][i]]]
        change["type"][i] = "emergency" if k % 8 == 0 else change["type"][i]


@trap("changed-while-it-burned", {"H04": QUIET, "MR-02": NOT_RED})
def while_it_burns(world: World, rng: np.random.Generator) -> None:
    """Incidents lie on both sides of the changes that react to them, as many before as after."""
    record, change = world.tables["record"], world.tables["change"]
    index = world.index("record")
    free = np.flatnonzero(
        world.where("record", kind="incident", major=False) & world.inside("record.opened_at")
    )
    for k, i in enumerate(np.flatnonzero(change["start"] > world.since)[::6]):
        near = free[np.abs(record["opened_at"][free] - change["start"][i]) < 3 * DAY]
        some = rng.choice(near, min(4, len(near)), replace=False)
        record["ci"][some] = record["ci"][index[change["record"][i]]]
        change["type"][i] = "emergency" if k % 8 == 0 else change["type"][i]


assert TRAPS
