"""Who and what there is: services, customers, people, teams, suppliers, promises, calendar."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from bench.worlds.clock import Array
from bench.worlds.world import World

# id, name, criticality, function, revenue model, rto hours, lead time in months
SERVICES = (
    ("S01", "Order platform", 1, "ordering", "per_unit", 8.0, 3.0),
    ("S02", "Data exchange", 1, "exchange", "tiered", 6.0, 3.0),
    ("S03", "Identity", 1, "identity", "flat", 4.0, 2.0),
    ("S04", "Mail and calendar", 2, "collaboration", "per_unit", 12.0, 2.0),
    ("S05", "Data warehouse", 2, "reporting", "per_unit", 24.0, 3.0),
    ("S06", "Network", 2, "network", "flat", 3.0, 3.0),
    ("S07", "Workplace", 3, "workplace", "per_unit", 48.0, 2.0),
    ("S08", "File storage", 3, "storage", "per_unit", 24.0, 2.0),
    ("S09", "Telephony", 3, "telephony", "per_unit", 24.0, 2.0),
    ("S10", "Web hosting", 3, "hosting", "tiered", 24.0, 2.0),
    ("S11", "Printing", 4, "printing", "per_unit", 72.0, 1.0),
    ("S12", "Archive", 4, "archive", "flat", 96.0, 1.0),
)
# name, level
TEAMS = (
    ("Desk North", 1),
    ("Desk South", 1),
    ("Desk West", 1),
    ("Applications", 2),
    ("Data Services", 2),
    ("Workplace", 2),
    ("Network", 2),
    ("Operations", 2),
    ("Platform", 3),
    ("Security", 3),
)
LEVEL = dict(TEAMS)
DESKS = [name for name, level in TEAMS if level == 1]
# the second line of a service, and the third
LINE2 = {
    "S01": "Applications",
    "S02": "Data Services",
    "S03": "Operations",
    "S04": "Workplace",
    "S05": "Data Services",
    "S06": "Network",
    "S07": "Workplace",
    "S08": "Operations",
    "S09": "Network",
    "S10": "Applications",
    "S11": "Workplace",
    "S12": "Operations",
}
HEADCOUNT = (16, 14, 14, 13, 11, 12, 11, 11, 10, 8)
CUSTOMERS = 25
USERS = 1500
SUPPLIERS = (
    ("V01", "Datapool Hosting", True),
    ("V02", "Linkline Carrier", True),
    ("V03", "Softcraft", True),
    ("V04", "Printworks", False),
    ("V05", "Deskware", False),
    ("V06", "Cloudmere", True),
    ("V07", "Staffbridge", False),
    ("V08", "Phonelink", False),
)
# resolve and fulfil promises in hours by priority 1..5; the first is round the clock
RESOLVE = {1: 8.0, 2: 10.0, 3: 30.0, 4: 60.0, 5: 80.0}
RESPONSE = {1: 1.0, 2: 4.0, 3: 8.0, 4: 12.0, 5: 12.0}
UPDATE = {1: 1.0, 2: 4.0, 3: 8.0, 4: 24.0, 5: 24.0}
MODEL = {s[0]: s[4] for s in SERVICES}
CRITICAL = [s[0] for s in SERVICES if s[2] <= 2]


def falling(n: int, power: float = 0.6) -> Array:
    """Shares of n units, the first the largest."""
    weight = 1.0 / np.arange(1, n + 1) ** power
    return np.asarray(weight / weight.sum())


def build(world: World) -> None:
    """Everybody and everything that later tables refer to."""
    people(world)
    services(world)
    customers(world)
    suppliers(world)
    calendar(world)


def people(world: World) -> None:
    """Technicians in teams, leaders, customer managers, users, robots, and some who left."""
    staff: dict[str, list[str]] = {}
    for (team, _), count in zip(TEAMS, HEADCOUNT, strict=True):
        code = team.lower().replace(" ", "-")
        staff[team] = [f"{code}-{i:02d}" for i in range(1, count + 1)]
        lead = f"lead-{code}"
        world.append(
            "person",
            id=[lead],
            name=[f"Lead of {team}"],
            kind="person",
            team=team,
            manager="head-01",
            active=True,
        )
        world.append(
            "person",
            id=staff[team],
            name=[f"Technician {p}" for p in staff[team]],
            kind="person",
            team=team,
            manager=lead,
            active=True,
        )
    heads = [f"head-{i:02d}" for i in range(1, 9)]
    world.append(
        "person",
        id=heads,
        name=[f"Head {i}" for i in range(1, 9)],
        kind="person",
        team="Management",
        active=True,
    )
    world.append(
        "person",
        id=[f"account-{i:02d}" for i in range(1, 6)],
        name=[f"Customer manager {i}" for i in range(1, 6)],
        kind="person",
        team="Customer Office",
        manager="head-02",
        active=True,
    )
    world.append(
        "person",
        id=["robot-close", "robot-monitor"],
        name=["Auto close", "Monitoring"],
        kind="robot",
        active=True,
    )
    world.notes["staff"] = staff
    users(world)


def users(world: World) -> None:
    """The customers' people; about one in thirty left and does nothing after that."""
    rng = world.rng
    ids = np.array([f"u{i:04d}" for i in range(1, USERS + 1)], dtype=object)
    home = rng.choice(CUSTOMERS, USERS, p=falling(CUSTOMERS, 0.5))
    home[: CUSTOMERS * 8] = np.repeat(np.arange(CUSTOMERS), 8)
    world.append(
        "person",
        id=ids,
        name=[f"User {u}" for u in ids],
        kind="person",
        customer=[customer_id(c) for c in home],
        active=True,
    )
    world.notes["users"] = {customer_id(c): ids[home == c] for c in range(CUSTOMERS)}
    gone = [f"gone-{i:02d}" for i in range(1, 41)]
    days = np.array(world.shape.began, "M8[D]") + rng.integers(30, 690, 40)
    world.append(
        "person",
        id=gone,
        name=[f"Former {g}" for g in gone],
        kind="person",
        customer=[customer_id(i % CUSTOMERS) for i in range(40)],
        active=False,
        left_on=days,
    )
    former = [f"former-{i:02d}" for i in range(1, 9)]
    world.append(
        "person",
        id=former,
        name=[f"Former technician {i}" for i in range(1, 9)],
        kind="person",
        team=[TEAMS[i][0] for i in range(8)],
        active=False,
        left_on=np.array(world.shape.began, "M8[D]") + rng.integers(30, 690, 8),
    )


def customer_id(number: int) -> str:
    """C01 is the largest."""
    return f"C{number + 1:02d}"


def services(world: World) -> None:
    """Twelve services, all live, owned, with entry and cost centre."""
    ids, names, critical, functions, models, rto, lead = (
        list(c) for c in zip(*SERVICES, strict=True)
    )
    world.append(
        "service",
        id=ids,
        name=names,
        owner=[f"head-{i % 6 + 3:02d}" for i in range(len(ids))],
        state="live",
        criticality=critical,
        function_tag=functions,
        revenue_model=models,
        launched=np.datetime64("2019-03-01"),
        rto_h=rto,
        rpo_h=4.0,
        catalogue_entry=True,
        cost_centre=[f"CC{i + 10}" for i in range(len(ids))],
        lead_time_months=lead,
        annual_job=False,
    )
    world.append(
        "service",
        id=["S13"],
        name=["Fax gateway"],
        owner=["head-03"],
        state="retired",
        criticality=4.0,
        function_tag="fax",
        revenue_model="none",
        catalogue_entry=False,
        launched=np.datetime64("2012-03-01"),
    )


def customers(world: World) -> None:
    """Customers and what they use: all use the first services, the smaller ones fewer others."""
    ids = [customer_id(i) for i in range(CUSTOMERS)]
    segments = ["industry", "trade", "public"]
    world.append(
        "customer",
        id=ids,
        name=[f"Customer {i}" for i in ids],
        segment=[segments[i % 3] for i in range(CUSTOMERS)],
        manager=[f"account-{i % 5 + 1:02d}" for i in range(CUSTOMERS)],
        active=True,
    )
    used: dict[str, list[str]] = {}
    for i, customer in enumerate(ids):
        rest = [s[0] for s in SERVICES if s[0] not in ("S03", "S04", "S06", "S07")]
        several = world.rng.choice(rest, 6 if i < 8 else 4, replace=False)
        used[customer] = sorted(["S03", "S04", "S06", "S07", *several])
    world.notes["used"] = used
    size = falling(CUSTOMERS, 0.55) * world.rng.lognormal(0, 0.15, CUSTOMERS)
    world.notes["size"] = dict(zip(ids, size / size.sum(), strict=True))
    world.notes["desk"] = {c: DESKS[i % 3] for i, c in enumerate(ids)}


def suppliers(world: World) -> None:
    """Managed suppliers: contract, contact, evaluation within the year."""
    as_of = world.as_of.astype("M8[D]")
    world.append(
        "supplier",
        id=[s[0] for s in SUPPLIERS],
        name=[s[1] for s in SUPPLIERS],
        critical=[s[2] for s in SUPPLIERS],
        contract_until=as_of + 500,
        contact=[f"desk@{s[0].lower()}.example" for s in SUPPLIERS],
        evaluated_on=as_of - world.rng.integers(30, 300, len(SUPPLIERS)),
    )


def calendar(world: World) -> None:
    """Office hours, and one freeze at the turn of the year in each year."""
    span = [["08:00", "18:00"]]
    week: dict[str, Any] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), span)
    world.append(
        "calendar",
        id=["office"],
        zone=world.shape.zone,
        week=json.dumps(week),
        holidays=json.dumps([d.isoformat() for d in world.clock.holidays]),
    )
    years = sorted({m.year for m in world.shape.months})
    world.append(
        "freeze",
        id=[f"FZ{y}" for y in years],
        start=world.clock.utc(np.array([f"{y}-12-22T00:00" for y in years], "M8[us]")),
        end=world.clock.utc(np.array([f"{y}-12-31T23:00" for y in years], "M8[us]")),
        reason="turn of the year",
    )
