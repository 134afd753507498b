"""Defects of the follow-up: actions, proofs, findings that return, targets without an owner."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT, of
from bench.worlds.world import World


@plant("M01")
def not_done(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Agreed actions are past their day and not done."""
    due = world.col("action.due") < world.as_of.astype("M8[D]")
    hit = world.pick(due, {"medium": 0.28, "large": 0.65}[size])
    world.set("action", hit, "done_at", NAT)
    world.set("action", hit, "evidence", None)
    ids = world.col("action.id")[hit]
    papers = of(world, "attachment", "entity_id", ids)
    world.drop("attachment", papers & world.where("attachment", entity="action"))
    value = float(np.isnat(world.col("action.done_at"))[due].mean())
    return Truth("M01", ("organisation", "*"), value=value)


@plant("M01", variant="major")
def major_not_done(world: World, size: str, rng: np.random.Generator) -> Truth:
    """An action on a major finding is late by months."""
    finding = world.tables["finding"]
    row = len(finding["id"]) - (2 if size == "medium" else 3)
    name = finding["id"][row]
    finding["grade"][row], finding["closed_at"][row], finding["result"][row] = "major", NAT, None
    world.drop("verification", world.where("verification", finding=name))
    mine = world.where("action", finding=name)
    late = {"medium": 35, "large": 150}[size]
    world.set("action", mine, "due", world.as_of.astype("M8[D]") - late)
    world.set("action", mine, "done_at", NAT)
    return Truth("M01", ("team", "Management"), also=(("organisation", "*"),))


def closed_lately(world: World) -> list[str]:
    """Findings that were closed in the period."""
    return [str(i) for i in world.col("finding.id")[world.inside("finding.closed_at")]]


@plant("M02")
def unproved(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Findings are closed without any test, or before it was decided."""
    names = closed_lately(world)
    names = names[:1] if size == "medium" else names
    world.drop("verification", world.where("verification", finding=names[:1]))
    late = world.where("verification", finding=names)
    world.set("verification", late, "decided_at", world.col("verification.decided_at")[late] + 9
              * DAY)  # fmt: skip
    records = tuple(("record", n) for n in names)
    value = len(names) / len(closed_lately(world))
    return Truth("M02", ("organisation", "*"), value=value, also=records)


@plant("M02", variant="own")
def proved_by_the_doer(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Who did the work says that it worked."""
    names = closed_lately(world)
    names = names[:1] if size == "medium" else names
    for name in names:
        owner = world.lookup("action.owner", [name], key="finding")[0]
        world.set("verification", world.where("verification", finding=name), "verified_by", owner)
    records = tuple(("record", n) for n in names)
    value = len(names) / len(closed_lately(world))
    return Truth("M02", ("organisation", "*"), value=value, also=records)


@plant("M03")
def came_back(world: World, size: str, rng: np.random.Generator) -> Truth:
    """What was closed as solved is found again at the same place within the year."""
    names = closed_lately(world)
    names = names[:1] if size == "medium" else names
    finding, rows = world.tables["finding"], world.index("finding")
    at = np.array([rows[n] for n in names])
    back = finding["closed_at"][at] + 25 * DAY
    back = np.minimum(back, world.as_of - 2 * DAY)
    new = [f"{n}-again" for n in names]
    world.append(
        "finding",
        id=new,
        check=finding["check"][at],
        scope=finding["scope"][at],
        grade="minor",
        opened_at=back,
        confirmed_by="head-01",
    )
    value = len(new) / world.inside("finding.opened_at").sum()
    records = tuple(("record", n) for n in new)
    return Truth("M03", ("organisation", "*"), value=float(value), also=records)


@plant("M04")
def nobodys(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Key measures lack an owner or a target, or have no row at all."""
    n, count = world.n("measure"), {"medium": 3, "large": 12}[size]
    rows = rng.choice(n, count, replace=False)
    measure = world.tables["measure"]
    measure["owner"][rows[::3]] = None
    measure["target"][rows[1::3]] = np.nan
    gone = np.zeros(n, dtype=bool)
    gone[rows[2::3]] = True
    world.drop("measure", gone)
    return Truth("M04", ("organisation", "*"), value=count / n)


@plant("M04", variant="unseen")
def unseen(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Nobody has looked at key measures for half a year."""
    n, count = world.n("measure"), {"medium": 3, "large": 12}[size]
    rows = rng.choice(n, count, replace=False)
    world.tables["measure"]["looked_at"][rows] = world.as_of - 190 * DAY
    return Truth("M04", ("organisation", "*"), value=count / n)
