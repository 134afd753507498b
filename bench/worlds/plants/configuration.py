"""Defects of the map of components, of assets and of licences."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY
from bench.worlds.planting import Truth, plant
from bench.worlds.world import World


@plant("N01")
def no_component(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One desk does not say which component broke."""
    mine = world.where("record", kind="incident", team="Desk South")
    mine &= world.inside("record.opened_at")
    hit = world.pick(mine, {"medium": 0.5, "large": 0.85}[size])
    world.set("record", hit, "ci", None)
    value = float(np.mean([c is None for c in world.col("record.ci")[mine]]))
    return Truth("N01", ("team", "Desk South"), value=value)


@plant("N02")
def stale(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Nobody has seen many of the applications for a year."""
    mine = world.where("ci", **{"class": "application"})
    hit = world.pick(mine, {"medium": 0.35, "large": 0.8}[size])
    as_of = world.as_of.astype("M8[D]")
    world.set("ci", hit, "last_seen", as_of - 450)
    world.set("ci", hit, "verified_at", as_of - 500)
    newest = np.fmax(world.col("ci.last_seen"), world.col("ci.verified_at"))
    value = float((as_of - newest[mine] > np.timedelta64(365, "D")).mean())
    items = tuple(("ci", str(i)) for i in world.col("ci.id")[hit])
    return Truth("N02", ("category", "application"), value=value, also=items)


@plant("N03", variant="doubles")
def doubles(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Clients were taken in twice, under a second id."""
    mine = np.flatnonzero(world.where("ci", **{"class": "client"}))
    rows = rng.choice(mine, {"medium": 6, "large": 15}[size], replace=False)
    ci = world.tables["ci"]
    made = {name: values[rows].copy() for name, values in ci.items()}
    made["id"] = np.array([f"{i}-copy" for i in made["id"]], dtype=object)
    made["name"] = np.array([f" {n.upper()} " for n in made["name"]], dtype=object)
    world.append("ci", **made)
    pairs = [(str(i), f"{i}-copy") for i in ci["id"][rows]]
    items = tuple(("ci", i) for pair in pairs for i in pair)
    return Truth("N03", ("category", "client"), also=items)


@plant("N03", variant="orphans")
def orphans(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Critical components stand in the map alone."""
    mine = np.flatnonzero(world.col("ci.criticality") <= 2)
    rows = rng.choice(mine, {"medium": 1, "large": 5}[size], replace=False)
    ids = world.col("ci.id")[rows]
    named = np.isin(world.col("relation.child"), ids) | np.isin(world.col("relation.parent"), ids)
    world.drop("relation", named)
    items = [("ci", str(i)) for i in ids]
    kinds = [("category", str(c)) for c in np.unique(world.col("ci.class")[rows].astype(str))]
    return Truth("N03", items[0], also=(*items[1:], *kinds))


@plant("N04")
def wrong(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Values of databases are filled in, and every fifth is wrong."""
    kinds = world.lookup("ci.class", world.col("ci_sample.ci"))
    mine = kinds == "database"
    short = 90 - int(mine.sum())
    if short > 0:
        items = rng.choice(world.col("ci.id")[world.where("ci", **{"class": "database"})], short)
        as_of = world.as_of.astype("M8[D]")
        world.append("ci_sample", ci=items, field="memory", recorded="memory-4",
                     observed="memory-4", at=as_of - rng.integers(5, 200, short))  # fmt: skip
        mine = world.lookup("ci.class", world.col("ci_sample.ci")) == "database"
    hit = world.pick(mine, {"medium": 0.15, "large": 0.4}[size])
    world.set("ci_sample", hit, "observed", "something else")
    return Truth("N04", ("category", "database"))


@plant("N05")
def idle(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Laptops of leavers lie around and are paid for."""
    mine = world.where("asset", **{"class": "laptop"}) & world.where("asset", state="in_use")
    hit = world.pick(mine, {"medium": 0.18, "large": 0.45}[size])
    as_of = world.as_of.astype("M8[D]")
    world.set("asset", hit, "last_used", as_of - 220)
    return Truth("N05", ("category", "laptop"))


@plant("N06")
def empty_seats(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Half the seats of a product are empty before its renewal."""
    licence = world.tables["licence"]
    row = 3
    used = round(licence["entitled"][row] * {"medium": 0.7, "large": 0.4}[size])
    licence["used_90d"][row] = used
    licence["usage_seen"][row] = licence["entitled"][row]
    licence["assigned"][row] = licence["entitled"][row]
    kept = max(licence["reserved"][row], np.floor(0.05 * used))
    spare = max(licence["entitled"][row] - used - kept, 0)
    return Truth("N06", ("product", str(licence["product"][row])),
                 value=float(spare / licence["entitled"][row]))  # fmt: skip


@plant("N07", sizes=("large",))
def more_than_bought(world: World, size: str, rng: np.random.Generator) -> Truth:
    """More people use a product than were paid for."""
    licence = world.tables["licence"]
    licence["used_90d"][6] = licence["entitled"][6] + 14
    licence["assigned"][6] = licence["entitled"][6] + 20
    return Truth("N07", ("product", str(licence["product"][6])))


@plant("K01")
def outdated(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team works with articles that nobody has looked at for two years."""
    article, record = world.tables["article"], world.tables["record"]
    rows = np.arange({"medium": 1, "large": 6}[size])
    article["reviewed_at"][rows] = world.as_of - 700 * DAY
    article["review_due"][rows] = world.as_of.astype("M8[D]") - 335
    late = world.where("record", kind="incident", team="Workplace")
    late &= world.inside("record.opened_at", world.as_of - 80 * DAY)
    late &= ~np.isnat(record["resolved_at"])
    used = np.flatnonzero(late)[: 8 * len(rows)]
    record["article"][used] = np.resize(article["id"][rows], len(used))
    kinds = tuple(("category", str(c)) for c in np.unique(record["category"][used].astype(str)))
    return Truth("K01", ("team", "Workplace"), also=kinds)


@plant("K02")
def from_zero(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One component's faults are solved again and again, without an article."""
    record = world.tables["record"]
    item = world.notes["ci_of"]["S08"][4]
    many = {"medium": 14, "large": 40}[size]
    recent = world.inside("record.resolved_at", world.as_of - 85 * DAY)
    mine = recent & world.where("record", kind="incident", service="S08", team="Operations")
    rows = np.flatnonzero(mine)[:many]
    record["ci"][rows], record["category"][rows], record["article"][rows] = item, "storage", None
    record["article_used"][rows] = None
    return Truth("K02", ("category", "storage"), also=(("team", "Operations"),))


@plant("K03")
def unhelpful(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One article helps almost nobody."""
    article = world.tables["article"]
    row = 17
    asked = 120 if size == "large" else 40
    article["helpful"][row] = asked * {"medium": 0.5, "large": 0.25}[size]
    article["unhelpful"][row] = asked - article["helpful"][row]
    article["views"][row] = asked * 4
    named = world.col("record.article") == article["id"][row]
    kinds = tuple(
        ("category", str(c)) for c in np.unique(world.col("record.category")[named].astype(str))
    )
    records = tuple(("record", str(i)) for i in world.col("record.id")[named])
    return Truth("K03", ("record", str(article["id"][row])), also=(*kinds, *records))
