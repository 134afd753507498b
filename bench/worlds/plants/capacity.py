"""Defects of capacity, availability and continuity: walls, air, hidden outages, no way back."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.worlds.cases import add, crowded
from bench.worlds.clock import DAY, HOUR, Array
from bench.worlds.planting import Truth, plant
from bench.worlds.world import World

Spans = list[tuple[np.datetime64, np.datetime64]]


def wall(world: World, mask: Array, size: str, rng: np.random.Generator) -> float:
    """A load that grows by two hundredths of the room each month; months until it is full."""
    capacity = world.tables["capacity"]
    last = {"medium": 0.93, "large": 0.985}[size]
    room = capacity["max_units"][mask][-1] * capacity["target_utilisation"][mask][-1]
    months = np.arange(mask.sum()) - mask.sum() + 1
    load = room * (last + 0.02 * months + rng.normal(0, 0.002, mask.sum()))
    world.set("capacity", mask, "p95_units", np.round(load, 2))
    return float(np.ceil((1 - last) / 0.02))


@plant("V01")
def wall_ahead(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A service is full before capacity could be ordered twice."""
    months = wall(world, world.where("capacity", service="S10"), size, rng)
    return Truth("V01", ("service", "S10"), value=months)


@plant("V01", variant="item")
def wall_of_an_item(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A component whose lead time nobody wrote down (three months are meant) is nearly full."""
    mine = world.where("capacity", ci="CI-SH-01")
    world.set("capacity", mine, "lead_time_months", np.nan)
    return Truth("V01", ("ci", "CI-SH-01"), value=wall(world, mine, size, rng))


@plant("V02")
def far_too_big(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A service has room that even its peak month does not need."""
    mine = world.where("capacity", service="S02")
    idle = {"medium": 0.34, "large": 0.6}[size]
    peak = world.col("capacity.p95_units")[mine][-12:].max()
    room = np.ceil(peak / (1 - idle) / 0.8)
    world.set("capacity", mine, "max_units", room)
    return Truth("V02", ("service", "S02"), value=float(1 - peak / (0.8 * room)))


@plant("V02", variant="item")
def item_too_big(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A component with its own invoice is far larger than its busiest month."""
    mine = world.where("capacity", ci="CI-SH-01")
    world.set("cost", world.where("cost", line="S01 software"), "ci", "CI-SH-01")
    idle = {"medium": 0.35, "large": 0.6}[size]
    peak = world.col("capacity.p95_units")[mine][-12:].max()
    room = np.ceil(peak / (1 - idle) / 0.8)
    world.set("capacity", mine, "max_units", room)
    return Truth("V02", ("ci", "CI-SH-01"), value=float(1 - peak / (0.8 * room)))


def hours(spans: Spans) -> float:
    """Hours of the union of some spans."""
    total = 0.0
    until: Any = np.datetime64("1970-01-01", "us")
    for start, end in sorted(spans):
        begin = start if start > until else until
        total += max(0.0, float((end - begin) / HOUR))
        until = end if end > until else until
    return total


def availability(world: World, service: str) -> float:
    """Reported hours of outage of those that users felt, in the period."""
    outage, record = world.tables["outage"], world.tables["record"]
    mine = world.where("outage", service=service, planned=False)
    mine &= (outage["end"] > world.since) & (outage["start"] < world.as_of)
    said = mine & world.where("outage", reported=True)
    open_until = np.where(np.isnat(record["resolved_at"]), world.as_of, record["resolved_at"])
    here = world.where("record", kind="incident", service=service) & (open_until > world.since)
    urgent = here & (record["priority"] <= 2)
    felt = crowded(record["opened_at"][urgent], open_until[urgent], record["requester"][urgent])
    major = here & world.where("record", major=True)
    felt += list(zip(record["opened_at"][major], open_until[major], strict=True))
    felt += list(zip(outage["start"][mine], outage["end"][mine], strict=True))
    told = list(zip(outage["start"][said], outage["end"][said], strict=True))
    spans = [[(max(a, world.since), b) for a, b in part] for part in (told, felt)]
    return hours(spans[0]) / hours(spans[1])


@plant("V03")
def hidden(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Most hours of outage of a service are not in the reported figure."""
    mine = world.where("outage", planned=False) & world.inside("outage.start")
    spent = (world.col("outage.end") - world.col("outage.start")) / HOUR
    names = np.unique(world.col("outage.service")[mine].astype(str))
    service = max(names, key=lambda s: spent[mine & world.where("outage", service=s)].sum())
    rows = np.flatnonzero(mine & world.where("outage", service=service))
    rows = rows[np.argsort(-spent[rows])]
    for row in rows:
        world.tables["outage"]["reported"][row] = False
        if size == "medium" and availability(world, str(service)) < 0.4:
            break
    value = availability(world, str(service))
    return Truth("V03", ("service", str(service)), value=value)


@plant("V03", variant="crowd")
def felt_by_many(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Several users wait at once with urgent incidents, again and again; no outage is recorded."""
    times, people = {"medium": (4, 4), "large": (9, 8)}[size]
    months = rng.choice(12, times, replace=False) + 12
    for month in months:
        day = np.datetime64(world.shape.months[month], "us") + int(rng.integers(3, 20)) * DAY
        start = world.clock.into_hours(day + 9 * HOUR)
        who = rng.choice(world.notes["users"]["C01"], people, replace=False)
        add(
            world,
            "incident",
            "IF",
            np.full(people, start) + (rng.uniform(0, 1200, people) * 1e6).astype("m8[us]"),
            rng.uniform(300, 420, people),
            team=["Applications"] * people,
            service="S10",
            customer="C01",
            requester=who,
            priority=2.0,
            impact=2.0,
            urgency=2.0,
            category="performance",
            ci=world.notes["ci_of"]["S10"][0],
        )
    return Truth("V03", ("service", "S10"), value=availability(world, "S10"))


@plant("V03", variant="loose")
def without_record(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Outages of a service hang in the air: no record tells what was done."""
    mine = world.where("outage", planned=False) & world.inside("outage.start")
    names, counts = np.unique(world.col("outage.service")[mine].astype(str), return_counts=True)
    service = str(names[np.argmax(counts)])
    rows = np.flatnonzero(mine & world.where("outage", service=service))
    rows = rows[:1] if size == "medium" else rows
    world.tables["outage"]["record"][rows] = None
    return Truth("V03", ("service", service), branch="no record", value=float(len(rows)))


@plant("V04")
def untested(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Critical services were last recovered before more than a year, or the test failed."""
    names = ["S02"] if size == "medium" else ["S02", "S04", "S05"]
    recent = world.where("recovery_test", service=names)
    recent &= world.col("recovery_test.at") > world.as_of.astype("M8[D]") - 366
    if size == "medium":
        world.set("recovery_test", recent, "ok", False)
    else:
        world.drop("recovery_test", recent)
    return Truth("V04", ("service", "S02"), branch="untested")


@plant("V04", variant="slow")
def too_slow(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The last recovery took longer than was promised."""
    mine = np.flatnonzero(world.where("recovery_test", service="S01"))
    last = mine[np.argmax(world.col("recovery_test.at")[mine])]
    took = 8.0 * {"medium": 1.1, "large": 3.0}[size]
    world.tables["recovery_test"]["achieved_h"][last] = took
    return Truth("V04", ("service", "S01"), branch="too slow")


def promised(world: World, service: str, rto: float) -> None:
    """A service promises to be back in so many hours."""
    world.set("service", world.where("service", id=service), "rto_h", rto)
    world.set("target", world.where("target", id=f"T-{service}-recovery-0"), "value", rto)


@plant("V05")
def impossible(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A service promises to be back before the one that it stands on."""
    promised(world, "S06", {"medium": 6.5, "large": 20.0}[size])
    return Truth("V05", ("service", "S02"), also=(("pair", "S02|S06"),))


@plant("V05", variant="deep")
def impossible_by_way(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The same, through a component, and through a service that promises nothing."""
    promised(world, "S08", 40.0)
    since = np.datetime64(world.shape.began) - 100
    way = ["CI-S05-01"] if size == "large" else ["CI-S05-01", "S13"]
    world.append("relation", parent=way, child=[*way[1:], "S08"], kind="runs_on", valid_from=since)
    return Truth("V05", ("service", "S05"), also=(("pair", "S05|S08"),))
