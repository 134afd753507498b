"""Defects of changes and releases: no approval, late approval, false emergencies, no way back."""

from __future__ import annotations

import numpy as np

from bench.worlds.changes import NAT
from bench.worlds.clock import DAY, HOUR, Array, minutes
from bench.worlds.org import SERVICES
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import of
from bench.worlds.world import World, unknown

CRITICAL = {s[0] for s in SERVICES if s[2] <= 2}


def asked(world: World) -> Array:
    """Rows of `change` that started in the period."""
    return world.inside("change.start")


def of_record(world: World, column: str) -> Array:
    """A column of the record behind each row of `change`."""
    return world.lookup(f"record.{column}", world.col("change.record"))


def some(world: World, mask: Array, n: int, rng: np.random.Generator) -> Array:
    """At most `n` rows of a mask, as row numbers."""
    rows = np.flatnonzero(mask)
    chosen: Array = rng.choice(rows, min(n, len(rows)), replace=False)
    return chosen


def busiest(world: World, mask: Array, column: str, among: set[str] | None = None) -> str:
    """The team or service with most rows of a mask."""
    names, counts = np.unique(of_record(world, column)[mask].astype(str), return_counts=True)
    order = [n for n in names[np.argsort(-counts)] if among is None or n in among]
    return str(order[0])


@plant("H01")
def without_yes(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Changes of critical services are done without anybody having said yes."""
    mask = asked(world) & ~unknown(world.col("change.required_approval"))
    service = busiest(world, mask, "service", CRITICAL)
    mask &= of_record(world, "service") == service
    rows = some(world, mask, {"medium": 3, "large": 12}[size], rng)
    ids = world.col("change.record")[rows]
    world.drop("approval", of(world, "approval", "entity_id", ids))
    yes = world.where("event", activity=["approved", "rejected"])
    world.drop("event", yes & of(world, "event", "entity_id", ids))
    teams = tuple(("team", str(t)) for t in np.unique(of_record(world, "team")[rows].astype(str)))
    return Truth("H01", ("service", service), value=len(rows) / mask.sum(), also=teams)


@plant("H02")
def yes_afterwards(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team's approvals come after the work."""
    mask = asked(world) & ~unknown(world.col("change.required_approval"))
    mask &= (world.col("change.type") == "normal") & (
        world.col("change.end") < world.as_of - 3 * DAY
    )
    team = busiest(world, mask, "team")
    mask &= of_record(world, "team") == team
    rows = some(world, mask, {"medium": 8, "large": 20}[size], rng)
    ids, start = world.col("change.record")[rows], world.col("change.start")[rows]
    late = dict(zip(ids, start + minutes(rng.uniform(60, 2000, len(ids))), strict=True))
    world.drop(
        "approval",
        of(world, "approval", "entity_id", ids) & world.where("approval", decision="rejected"),
    )
    for table, key, columns in (
        ("approval", "entity_id", ("requested_at", "at", "recorded_at")),
        ("event", "entity_id", ("at_occurred", "at_recorded")),
    ):
        mine = of(world, table, key, ids)
        if table == "event":
            mine &= world.where("event", activity="approved")
        at = np.array([late[i] for i in world.col(f"{table}.{key}")[mine]], dtype="M8[us]")
        for n, column in enumerate(columns):
            world.set(table, mine, column, at + minutes(n * 1.0))
    return Truth("H02", ("team", team), also=(("organisation", "*"),))


@plant("H03")
def emergency_as_habit(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team calls every third change an emergency."""
    mask = asked(world)
    team = busiest(world, mask, "team")
    mask &= of_record(world, "team") == team
    hit = world.pick(
        mask & (world.col("change.type") == "normal"), {"medium": 0.45, "large": 0.9}[size]
    )
    world.set("change", hit, "type", "emergency")
    return Truth("H03", ("team", team))


@plant("H05")
def nothing_linked(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Changes of one team cause incidents, and nobody writes down that they did."""
    ids = followed(world, size, rng, linked=False)
    team = str(world.lookup("record.team", ids[:1])[0])
    return Truth("H05", ("team", team), also=(("organisation", "*"),))


@plant("H04")
def followed_by_incidents(world: World, size: str, rng: np.random.Generator) -> Truth:
    """In the three days after one team's changes come several times the usual incidents."""
    ids = followed(world, size, rng, linked=True)
    team = str(world.lookup("record.team", ids[:1])[0])
    items = {str(i) for i in world.lookup("record.ci", ids)}
    return Truth("H04", ("team", team), also=tuple(("ci", i) for i in sorted(items)))


def followed(world: World, size: str, rng: np.random.Generator, *, linked: bool) -> Array:
    """Incidents moved into the hours after one team's changes, on the changed component."""
    mask = asked(world) & (world.col("change.end") < world.as_of - 5 * DAY)
    team = busiest(world, mask, "team")
    rows = np.flatnonzero(mask & (of_record(world, "team") == team))
    ids, end = world.col("change.record")[rows], world.col("change.end")[rows]
    each = {"medium": 1, "large": 3}[size]
    pool = world.where("record", kind="incident", team=team) & world.inside("record.opened_at")
    done = pool & ~np.isnat(world.col("record.resolved_at"))
    moved = rng.choice(np.flatnonzero(done), min(each * len(ids), done.sum() // 2), replace=False)
    which = np.resize(np.arange(len(ids)), len(moved))
    shifted(world, moved, end[which] + minutes(rng.uniform(20, 60 * 60, len(moved))))
    record = world.tables["record"]
    record["ci"][moved] = world.lookup("record.ci", ids)[which]
    record["service"][moved] = world.lookup("record.service", ids)[which]
    record["caused_by_change"][moved] = ids[which] if linked else None
    return ids


def shifted(world: World, rows: Array, to: Array) -> None:
    """Records are opened at another instant and everything of them moves along."""
    record = world.tables["record"]
    by = dict(zip(record["id"][rows], to - record["opened_at"][rows], strict=True))
    moving = {
        "record": ("id", ("opened_at", "first_response_at", "resolved_at", "closed_at")),
        "event": ("entity_id", ("at_occurred", "at_recorded")),
        "message": ("record", ("at",)),
        "worklog": ("record", ("start", "at_recorded")),
        "target_result": ("record", ("start_at", "due_at", "computed_at", "notified_at")),
        "survey": ("record", ("sent_at", "answered_at")),
    }
    for table, (key, columns) in moving.items():
        if table not in world.tables:
            continue
        mine = np.isin(world.tables[table][key].astype(str), list(by))
        delta = np.array([by[k] for k in world.tables[table][key][mine]], dtype="m8[us]")
        for column in columns:
            if column in world.tables[table]:
                values = world.tables[table][column]
                values[mine] = values[mine] + delta.astype(
                    "m8[D]" if values.dtype == "M8[D]" else "m8[us]"
                )


@plant("H06")
def outside_the_window(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team's work runs over the planned end, on services that can bear it."""
    mask = asked(world) & ~np.isin(of_record(world, "service").astype(str), list(CRITICAL))
    mask &= world.col("change.end") < world.as_of - 2 * DAY
    team = busiest(world, mask, "team")
    mine = mask & (of_record(world, "team") == team)
    hit = world.pick(mine, {"medium": 0.3, "large": 0.6}[size])
    ids = world.col("change.record")[hit]
    end = world.col("change.plan_end")[hit] + minutes(rng.uniform(20, 90, hit.sum()))
    world.set("change", hit, "end", end)
    world.set("record", of(world, "record", "id", ids), "resolved_at",
              np.array([dict(zip(ids, end, strict=True))[i] for i in
                        world.col("record.id")[of(world, "record", "id", ids)]]))  # fmt: skip
    told = of(world, "event", "entity_id", ids) & world.where("event", activity="implemented")
    at = np.array([dict(zip(ids, end, strict=True))[i] for i in world.col("event.entity_id")[told]])
    for column in ("at_occurred", "at_recorded"):
        world.set("event", told, column, at)
    late = world.col("change.end") > world.col("change.plan_end") + minutes(5.0)
    early = world.col("change.start") < world.col("change.plan_start") - minutes(5.0)
    every = asked(world) & (of_record(world, "team") == team)
    return Truth("H06", ("team", team), value=float((late | early)[every].mean()))


@plant("H07")
def collision(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Changes of one critical component are at work at the same time."""
    pairs = {"medium": 1, "large": 4}[size]
    mask = asked(world) & np.isin(of_record(world, "service").astype(str), list(CRITICAL))
    mask &= world.col("change.end") < world.as_of - 10 * DAY
    item = busiest(world, mask, "ci")
    rows = np.flatnonzero(mask & (of_record(world, "ci") == item))
    for one, other in zip(rows[: 2 * pairs : 2], rows[1 : 2 * pairs : 2], strict=False):
        moved_change(world, other, world.col("change.plan_start")[one] + minutes(7.0))
    service = str(of_record(world, "service")[rows[0]])
    return Truth("H07", ("ci", item), also=(("service", service),))


def moved_change(world: World, row: int, to: np.datetime64) -> None:
    """One change is planned and done at another time, with all that belongs to it."""
    change = world.tables["change"]
    delta = to - change["plan_start"][row]
    for column in ("plan_start", "plan_end", "start", "end", "prediction_locked_at", "reviewed_at"):
        change[column][row] += delta
    id = change["record"][row]
    for table, key, columns in (
        ("record", "id", ("opened_at", "resolved_at", "closed_at")),
        ("event", "entity_id", ("at_occurred", "at_recorded")),
        ("approval", "entity_id", ("requested_at", "at", "recorded_at")),
    ):
        mine = world.tables[table][key] == id
        for column in columns:
            world.tables[table][column][mine] += delta


@plant("H08")
def no_way_back(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team starts risky changes without test and without a plan B."""
    mask = asked(world) & np.isin(world.col("change.risk_class").astype(str), ["medium", "high"])
    team = busiest(world, mask, "team")
    mask &= of_record(world, "team") == team
    hit = world.pick(mask, {"medium": 0.3, "large": 0.7}[size])
    world.set("change", hit, "test_evidence", False)
    world.set("change", world.pick(hit, 0.5), "backout_plan", False)
    bad = (world.col("change.test_evidence") != True) | (world.col("change.backout_plan") != True)  # noqa: E712
    # a team with fewer than 30 risky changes is too small to be named
    also = (("organisation", "*"),) if mask.sum() < 30 else ()
    return Truth("H08", ("team", team), value=float(bad[mask].mean()), also=also)


@plant("H09")
def nobody_asked_why(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Failed changes are never reviewed."""
    old = world.inside("change.end", end=world.as_of - 40 * DAY)
    failed = old & np.isin(world.col("change.outcome").astype(str), ["failed", "backed_out"])
    team = busiest(world, failed, "team")
    mine = failed & (of_record(world, "team") == team)
    if size == "medium":
        mine &= np.cumsum(mine) <= 1
    world.set("change", mine, "reviewed_at", NAT)
    records = tuple(("record", str(i)) for i in world.col("change.record")[mine])
    return Truth("H09", ("team", team), value=float(mine.sum()), also=records)


@plant("H10")
def rated_too_low(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Changes called low risk fail more often than those called medium."""
    mask = world.inside("change.end") & (world.col("change.risk_class") == "low")
    good = mask & np.isin(
        world.col("change.outcome").astype(str), ["successful", "successful_with_issues"]
    )
    hit = world.pick(good, {"medium": 0.14, "large": 0.3}[size])
    world.set("change", hit, "outcome", "failed")
    end = world.col("change.end")[hit]
    seen = world.clock.add(end, rng.uniform(600, 4000, hit.sum()))
    world.set("change", hit, "reviewed_at", np.minimum(seen, world.as_of - HOUR))
    world.set("change", hit, "actual_downtime_h", 0.4)
    return Truth("H10", ("organisation", "*"), also=(("category", "change"),))


@plant("D01")
def not_accepted(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Releases of a critical service go live although their acceptance failed."""
    mask = world.inside("release.deployed_at")
    service = world.lookup("record.service", world.col("release.record"))
    mask &= np.isin(service.astype(str), list(CRITICAL))
    rows = some(world, mask, {"medium": 1, "large": 4}[size], rng)
    world.tables["release"]["acceptance"][rows] = rng.choice(["failed", "missing"], len(rows))
    units = [("service", str(s)) for s in np.unique(service[rows].astype(str))]
    return Truth("D01", units[0], also=tuple(units[1:]))


@plant("D02")
def unseen_deployment(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Deployments without a change that covers them."""
    mask = world.inside("release.deployed_at")
    rows = some(world, mask, {"medium": 4, "large": 12}[size], rng)
    ids = world.col("release.record")[rows]
    world.drop("release_change", of(world, "release_change", "release", ids))
    service = world.lookup("record.service", ids)
    names, counts = np.unique(service.astype(str), return_counts=True)
    units = [("service", str(n)) for n in names[np.argsort(-counts, kind="stable")]]
    return Truth("D02", units[0], also=tuple(units[1:]))
