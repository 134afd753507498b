"""Components, what depends on what, samples of the map, assets."""

from __future__ import annotations

import numpy as np

from bench.worlds.org import SERVICES
from bench.worlds.world import World

CLASSES = ("server", "database", "application", "client", "network", "storage")


def build(world: World) -> None:
    """About 150 components; shared ones come in redundant pairs and have a plan."""
    items(world)
    relations(world)
    sample(world)
    assets(world)


def items(world: World) -> None:
    """Each service has its own components; pairs of storage and switches are shared."""
    rng = world.rng
    ids, classes, critical, service = [], [], [], []
    for name, _, level, *_ in SERVICES:
        for number in range(1, 12):
            ids.append(f"CI-{name}-{number:02d}")
            classes.append(CLASSES[(number - 1) % 4] if number > 1 else "application")
            critical.append(float(max(level, 3) if number > 3 else level + 1))
            service.append(name)
    for number in range(1, 9):
        ids.append(f"CI-SH-{number:02d}")
        classes.append("storage" if number % 2 else "network")
        critical.append(2.0)
        service.append(None)
    n = len(ids)
    as_of = world.as_of.astype("M8[D]")
    seen = as_of - rng.integers(0, 25, n)
    stale = rng.random(n) < 0.03
    seen[stale] = as_of - rng.integers(400, 500, int(stale.sum()))
    end_of_life = as_of + rng.integers(300, 1500, n)
    world.append(
        "ci",
        id=ids,
        name=[f"{c}-{i.lower()}" for c, i in zip(classes, ids, strict=True)],
        **{"class": classes},
        owner=[f"operations-{i % 11 + 1:02d}" for i in range(n)],
        status="active",
        criticality=critical,
        serial=[f"SN{7000 + 13 * i}" for i in range(n)],
        last_seen=seen,
        verified_at=seen - 30,
        end_of_life=end_of_life,
    )
    world.notes["ci_of"] = {
        name: np.array([i for i, s in zip(ids, service, strict=True) if s == name], dtype=object)
        for name, *_ in SERVICES
    }
    world.notes["shared"] = ids[-8:]


def relations(world: World) -> None:
    """Service on its application, that on servers and data; two of each shared part."""
    parent, child, kind, redundant = [], [], [], []

    def link(a: str, b: str, how: str, spare: bool = False) -> None:
        parent.append(a)
        child.append(b)
        kind.append(how)
        redundant.append(spare)

    for number, (name, *_) in enumerate(SERVICES):
        own = list(world.notes["ci_of"][name])
        link(name, own[0], "depends_on")
        for item in own[1:7]:
            link(own[0], item, "runs_on", spare=True)
        for item in own[7:]:
            link(name, item, "uses", spare=True)
        pair = 2 * (number % 4)
        for item in world.notes["shared"][pair : pair + 2]:
            link(own[1], item, "depends_on", spare=True)
    link("S01", "S03", "depends_on", spare=False)
    link("S04", "S03", "depends_on", spare=False)
    link("S02", "S06", "depends_on", spare=False)
    world.append(
        "relation",
        parent=parent,
        child=child,
        kind=kind,
        redundant=redundant,
        valid_from=np.datetime64(world.shape.began) - 300,
    )


def sample(world: World) -> None:
    """360 values looked up on the spot; about one in a hundred differs."""
    rng = world.rng
    ids = rng.choice(world.col("ci.id"), 360)
    fields = rng.choice(["owner", "status", "location", "memory"], 360)
    recorded = np.array([f"{f}-{rng.integers(1, 9)}" for f in fields], dtype=object)
    observed = np.where(rng.random(360) < 0.012, "other", recorded)
    world.append(
        "ci_sample",
        ci=ids,
        field=list(fields),
        recorded=recorded,
        observed=observed,
        at=world.as_of.astype("M8[D]") - rng.integers(5, 200, 360),
    )


def assets(world: World) -> None:
    """Devices of users, in use and seen lately; a few in stock for a short time."""
    rng = world.rng
    n = 900
    as_of = world.as_of.astype("M8[D]")
    active = world.col("person.id")[world.where("person", active=True, kind="person")]
    state = np.where(rng.random(n) < 0.04, "in_stock", "in_use").astype(object)
    used = as_of - rng.integers(0, 40, n)
    idle = rng.random(n) < 0.012
    used[idle] = as_of - rng.integers(100, 200, int(idle.sum()))
    holder = rng.choice(active, n)
    world.append(
        "asset",
        id=[f"A{i:04d}" for i in range(n)],
        **{
            "class": rng.choice(
                ["laptop", "desktop", "phone", "monitor"], n, p=[0.55, 0.15, 0.2, 0.1]
            )
        },
        serial=[f"AS{20000 + 7 * i}" for i in range(n)],
        cost_month=np.round(rng.gamma(8, 4.0, n), 2),
        state=state,
        state_since=as_of - rng.integers(3, 70, n),
        assigned_to=np.where(state == "in_use", holder, None),
        last_used=used,
        spare=False,
    )
    world.set("asset", world.where("asset", state="in_stock"), "last_used", as_of - 30)
