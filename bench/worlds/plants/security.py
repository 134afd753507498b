"""Defects of access and of security incidents."""

from __future__ import annotations

import numpy as np

from bench.worlds.cases import add
from bench.worlds.clock import DAY, HOUR, Array, minutes
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT, delayed
from bench.worlds.world import World


@plant("Y01")
def still_in(world: World, size: str, rng: np.random.Generator) -> Truth:
    """People who left keep their rights; the strong ones too."""
    gone = [f"former-{i:02d}" for i in range(1, 9)]
    left = world.lookup("person.left_on", gone)
    late = [g for g, d in zip(gone, left, strict=True) if d < world.as_of.astype("M8[D]") - 40]
    kept = late[:1] if size == "medium" else late[:4]
    rows = world.where("access", person=kept)
    if size == "medium":
        ended = world.lookup("person.left_on", kept).astype("M8[us]") + 12 * DAY
        world.set("access", rows, "revoked_at", ended)
    else:
        world.set("access", rows, "revoked_at", NAT)
        world.set("access", rows, "privileged", True)
    teams = [("team", str(t)) for t in world.lookup("person.team", kept)]
    return Truth("Y01", teams[0], value=1.0, also=tuple(teams[1:]))


@plant("Y01", variant="guests")
def still_in_without_team(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Users of customers who left keep rights; they belong to no team of ours."""
    left = world.col("person.left_on")[world.where("person", id=["gone-01", "gone-02"])]
    world.append(
        "access",
        person=["gone-01", "gone-02"],
        role="portal",
        granted_by="lead-security",
        granted_at=np.datetime64(world.shape.began, "us") - 50 * DAY,
        revoked_at=[NAT, left[1].astype("M8[us]") + 9 * DAY],
    )
    if size == "large":
        world.set("access", world.where("access", person="former-01"), "revoked_at", NAT)
    return Truth("Y01", ("organisation", "*"))


@plant("Y02")
def power_without_reason(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team uses its strong rights without saying for which record."""
    strong = world.notes["staff"]["Platform"]
    mine = world.where("privileged_session", person=strong) & world.inside("privileged_session.at")
    hit = world.pick(mine, {"medium": 0.16, "large": 0.45}[size])
    world.set("privileged_session", hit, "record", None)
    value = np.mean([r is None for r in world.col("privileged_session.record")[mine]])
    return Truth("Y02", ("team", "Platform"), value=float(value))


def attacked(world: World, rng: np.random.Generator) -> Array:
    """Fifty more security incidents in the period, quickly contained; the rows of all of them."""
    opened = world.since + minutes(np.sort(rng.uniform(1, 350, 50)) * 1440)
    add(
        world,
        "security_incident",
        "SI",
        world.clock.into_hours(opened),
        rng.lognormal(5.2, 0.75, 50),
        team=["Security"] * 50,
        service="S04",
        category="phishing",
        priority=2.0,
        requester=rng.choice(world.notes["users"]["C01"], 50),
    )
    mine = world.where("record", kind="security_incident")
    return np.asarray(mine & world.inside("record.opened_at"))


@plant("Y03")
def unlabelled(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Security incidents are not classified."""
    mine = attacked(world, rng)
    hit = world.pick(mine, {"medium": 0.25, "large": 0.7}[size])
    world.set("record", hit, "category", None)
    return Truth("Y03", ("team", "Security"), branch="unlabelled",
                 value=float(hit.sum() / mine.sum()))  # fmt: skip


@plant("Y03", variant="slow")
def slow(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Many security incidents take days."""
    mine = attacked(world, rng)
    early = mine & (world.col("record.opened_at") < world.as_of - 12 * DAY)
    hit = world.pick(early, {"medium": 0.35, "large": 0.8}[size])
    ids, opened = world.col("record.id")[hit], world.col("record.opened_at")[hit]
    delayed(world, ids, opened + minutes(rng.uniform(40, 200, len(ids)) * 60))
    end = world.col("record.resolved_at")[mine]
    took = np.where(np.isnat(end), world.as_of, end) - world.col("record.opened_at")[mine]
    value = np.quantile(took / HOUR, 0.9, method="inverted_cdf")
    return Truth("Y03", ("team", "Security"), branch="slow", value=float(value))
