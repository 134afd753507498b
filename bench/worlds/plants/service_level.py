"""Defects of promises: pushed over the line, missing, unreviewed, too wide, unspoken, too weak."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, Array
from bench.worlds.org import RESOLVE, RESPONSE
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import NAT, delayed, noted, of, solved
from bench.worlds.world import World


def promised(world: World, metric: str | list[str], **equals: object) -> Array:
    """Rows of `target_result` of a metric whose records were opened in the period."""
    inside = world.where("record", **equals) & world.inside("record.opened_at")
    mine = of(world, "target_result", "record", world.col("record.id")[inside])
    return mine & world.where("target_result", metric=metric)


def wanted(world: World, rows: Array) -> Array:
    """The promise of rows of `target_result` in minutes."""
    values = world.lookup("target.value", world.col("target_result.target")[rows])
    return np.asarray(values * 60)


@plant("S01")
def cliff(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One desk calls tickets solved in the last minutes of the promise, and many come back."""
    team, result = "Desk North", world.tables["target_result"]
    mine = solved(world, kind="incident", team=team, priority=[2.0, 3.0, 4.0], reopen_count=0.0)
    mine &= world.col("record.opened_at") < world.as_of - 45 * DAY
    final = np.flatnonzero(
        of(world, "target_result", "record", world.col("record.id")[mine])
        & world.where("target_result", metric="resolve", met=True)
    )
    rows = rng.choice(final, {"medium": 30, "large": 110}[size], replace=False)
    ids, used = result["record"][rows], rng.uniform(0.91, 0.995, len(rows))
    promise = wanted(world, rows)
    end = world.clock.add(result["due_at"][rows], -(1 - used) * promise)
    later = end > world.lookup("record.resolved_at", ids)
    rows, ids, used, promise, end = (v[later] for v in (rows, ids, used, promise, end))
    delayed(world, ids, end)
    result["elapsed_min"][rows] = np.round(used * promise, 1)
    back = rng.random(len(ids)) < {"medium": 0.3, "large": 0.45}[size]
    again(world, ids[back], team, rng)
    done = world.where("record", team=team) & world.inside("record.resolved_at")
    mine = of(world, "target_result", "record", world.col("record.id")[done])
    mine &= world.where("target_result", metric=["resolve", "fulfil"])
    used = result["elapsed_min"][mine] / wanted(world, np.flatnonzero(mine))
    before, after = ((used >= 0.9) & (used < 1)).sum(), ((used >= 1) & (used < 1.1)).sum()
    return Truth("S01", ("team", team), value=float(before / max(after, 1)))


def again(world: World, ids: Array, team: str, rng: np.random.Generator) -> None:
    """Records come back some days after their solution and are solved once more."""
    end = world.lookup("record.resolved_at", ids)
    back = world.clock.add(end, rng.uniform(60, 1800, len(ids)))
    done = world.clock.add(back, rng.uniform(30, 300, len(ids)))
    noted(world, ids, "reopened", back, team, actor=world.lookup("record.requester", ids))
    noted(world, ids, "resolved", done, team)
    shut = dict(zip(ids, world.clock.add(done, 300.0), strict=True))
    rows, solved_at = of(world, "record", "id", ids), dict(zip(ids, done, strict=True))
    for column, at in (("resolved_at", solved_at), ("closed_at", shut)):
        world.set("record", rows, column, [at[i] for i in world.col("record.id")[rows]])
    world.set("record", rows, "reopen_count", 1)
    closing = of(world, "event", "entity_id", ids) & world.where("event", activity="closed")
    for column in ("at_occurred", "at_recorded"):
        moved = [shut[i] for i in world.col("event.entity_id")[closing]]
        world.set("event", closing, column, moved)


@plant("S02", variant="service")
def nothing_promised(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The agreements of sold services ran out, and nobody noticed."""
    names = ["S09", "S10", "S12"][: {"medium": 1, "large": 3}[size]]
    lapsed = world.where("agreement", id=[f"L-{name}" for name in names])
    world.set("agreement", lapsed, "end", world.as_of.astype("M8[D]") - 25)
    return Truth("S02", ("service", names[0]), value=1.0)


@plant("S02", variant="customer")
def promised_to_others(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A service is promised to some of those who use it, each by an agreement of its own."""
    users = [c for c, used in world.notes["used"].items() if "S11" in used]
    without = users[: {"medium": 1, "large": 6}[size]]
    agreement, target = world.tables["agreement"], world.tables["target"]
    row = world.index("agreement")["L-S11"]
    rows = np.flatnonzero(target["agreement"] == "L-S11")
    told = {name: values[row] for name, values in agreement.items()}
    parts = {name: values[rows] for name, values in target.items()}
    for customer in users[len(without) :]:
        name = f"L-S11-{customer}"
        more = told | {"id": name, "customer": customer}
        world.append("agreement", **{k: [v] for k, v in more.items()})
        own = np.array([f"{i}-{customer}" for i in parts["id"]], dtype=object)
        world.append("target", **(parts | {"id": own, "agreement": [name] * len(rows)}))
    mine = world.where("agreement", id="L-S11")
    world.set("agreement", mine, "customer", users[-1])
    value = 1 / len(world.notes["used"][without[0]])
    return Truth("S02", ("customer", without[0]), value=value)


@plant("S03", variant="top")
def large_customer(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Contracts of the largest customers were not looked at when it was due."""
    count, late = {"medium": (1, 2), "large": (3, 7)}[size]
    names = []
    for customer in largest(world)[:count]:
        rows = due(world, [customer])
        skipped = rng.choice(rows, late, replace=False)
        world.tables["agreement"]["reviewed_on"][skipped] -= 400
        names += [("agreement", str(i)) for i in world.col("agreement.id")[skipped]]
    first = largest(world)[0]
    return Truth("S03", ("customer", first), value=late / len(due(world, [first])),
                 also=tuple(names))  # fmt: skip


@plant("S03", variant="small")
def small_customers(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Contracts of the smaller customers were not looked at when it was due."""
    rows = due(world, largest(world)[10:])
    skipped = rng.choice(rows, round(len(rows) * {"medium": 0.25, "large": 0.6}[size]), False)
    world.tables["agreement"]["reviewed_on"][skipped] -= 400
    names = [("agreement", str(i)) for i in world.col("agreement.id")[skipped]]
    homes = [("customer", str(c)) for c in np.unique(world.col("agreement.customer")[skipped]
                                                     .astype(str))]  # fmt: skip
    return Truth("S03", names[0], also=(*names[1:], *homes))


def largest(world: World) -> list[str]:
    """Customers by the revenue of the period, the largest first."""
    inside, revenue = world.inside("revenue.month"), world.tables["revenue"]
    names = list(world.notes["used"])
    size = [revenue["amount"][inside & (revenue["customer"] == c)].sum() for c in names]
    return [names[i] for i in np.argsort(-np.array(size))]


def due(world: World, customers: list[str]) -> Array:
    """The contracts of some customers, whose review was due some months ago and was held."""
    rows = world.where("agreement", customer=customers, kind="contract")
    day = world.as_of.astype("M8[D]")
    world.set("agreement", rows, "review_due", day - 70)
    held = rows & (world.col("agreement.reviewed_on") > day - 300)
    world.set("agreement", held, "reviewed_on", day - 68)
    return np.flatnonzero(rows)


def met_all(world: World, rows: Array) -> None:
    """Rows of `target_result` by their target as it now stands: all of them met."""
    result = world.tables["target_result"]
    promise = wanted(world, rows)
    result["elapsed_min"][rows] = np.minimum(result["elapsed_min"][rows], promise * 0.97)
    left = promise - result["elapsed_min"][rows]
    result["due_at"][rows] = world.clock.add(result["computed_at"][rows], left)
    result["met"][rows], result["notified_at"][rows] = True, NAT
    result["credit_due"][rows] = result["credit_given"][rows] = np.nan


@plant("S04", variant="wide")
def too_wide(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The promise of one service is wider than anything that ever happened."""
    name = "T-S07-resolve-3"
    every = np.flatnonzero(world.where("target_result", target=name))
    inside = promised(world, "resolve", service="S07", priority=3.0)
    longest = world.col("target_result.elapsed_min")[every].max() / 60
    world.set("target", world.where("target", id=name), "value",
              round(longest * {"medium": 1.03, "large": 4.0}[size], 1))  # fmt: skip
    met_all(world, every)
    ids = world.col("target_result.record")[every]
    world.set("record", of(world, "record", "id", ids), "reported_sla_met", True)
    share = float(np.mean(world.col("target_result.met")[inside].astype(bool)))
    return Truth("S04", ("service", "S07"), "wider than nearly everything needs", share,
                 also=(("agreement", "L-S07"),))  # fmt: skip


@plant("S04", variant="unhappy")
def green_and_unhappy(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One service always answers in time, and its users are unhappy all the same."""
    record, result = world.tables["record"], world.tables["target_result"]
    raised = world.where("record", service="S07", priority=[4.0, 5.0])
    world.set("record", raised, "priority", 3.0)
    ids = record["id"][raised]
    for metric, hours in (("response", RESPONSE), ("resolve", RESOLVE), ("fulfil", RESOLVE)):
        rows = np.flatnonzero(of(world, "target_result", "record", ids)
                              & (result["metric"] == metric))  # fmt: skip
        old = wanted(world, rows)
        result["elapsed_min"][rows] = np.round(result["elapsed_min"][rows] * hours[3] * 60 / old, 1)
        result["target"][rows] = f"T-S07-{metric}-3"
    answered(world, np.flatnonzero(result["target"] == "T-S07-response-3"))
    told = world.where("survey", service="S07") & ~np.isnan(world.col("survey.csat"))
    sad = world.pick(told, {"medium": 0.35, "large": 0.6}[size])
    world.set("survey", sad, "csat", rng.choice([1.0, 2.0, 3.0], sad.sum()))
    return Truth("S04", ("service", "S07"), "always met, and customers are unhappy", 1.0,
                 also=(("agreement", "L-S07"),))  # fmt: skip


def answered(world: World, rows: Array) -> None:
    """First answers that came late came in time instead."""
    result, record = world.tables["target_result"], world.tables["record"]
    late = rows[~result["met"][rows].astype(bool)]
    sooner = result["due_at"][late] - HOUR / 2
    opened = world.lookup("record.opened_at", result["record"][late])
    sooner = np.maximum(sooner, opened + HOUR / 12)
    at = world.index("record")
    record["first_response_at"][[at[i] for i in result["record"][late]]] = sooner
    result["elapsed_min"][late] = np.round(wanted(world, late) - 25, 1)
    result["computed_at"][late], result["met"][late], result["notified_at"][late] = (
        sooner, True, NAT)  # fmt: skip


@plant("S05", variant="told")
def not_told(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One customer does not hear when a promise is missed."""
    customer, result = largest(world)[0], world.tables["target_result"]
    missed = of(world, "target_result", "record",
                world.col("record.id")[world.where("record", customer=customer)])  # fmt: skip
    missed &= world.where("target_result", met=False) & world.inside("target_result.due_at")
    missed &= result["due_at"] < world.as_of - DAY
    hit = world.pick(missed, {"medium": 0.3, "large": 0.8}[size])
    later = world.pick(hit, 0.3)
    world.set("target_result", hit, "notified_at", NAT)
    slow = result["due_at"][later] + 60 * HOUR
    world.set("target_result", later, "notified_at", np.where(slow < world.as_of, slow, NAT))
    told = result["notified_at"] <= result["due_at"] + 24 * HOUR
    return Truth("S05", ("customer", customer), "not told", float(np.mean(~told[missed])))


@plant("S05", variant="credits")
def not_credited(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Credits are owed for missed urgent promises, and one customer never gets them."""
    result = world.tables["target_result"]
    owed = world.where("target_result", met=False) & world.inside("target_result.due_at")
    owed &= result["due_at"] < world.as_of - 70 * DAY
    owed &= np.isin(world.lookup("record.priority", result["record"]), [1.0, 2.0])
    world.set("target_result", owed, "credit_due", 250.0)
    world.set("target_result", owed, "credit_given", 250.0)
    home = world.lookup("record.customer", result["record"])
    names, counts = np.unique(home[owed].astype(str), return_counts=True)
    customer = str(names[np.argmax(counts)])
    mine = np.flatnonzero(owed & (home == customer))
    unpaid = mine[: {"medium": 1, "large": 4}[size]]
    result["credit_given"][unpaid] = np.nan
    result["credit_given"][unpaid[1:2]] = 100.0
    return Truth("S05", ("customer", customer), "credit open", len(unpaid) / len(mine))


@plant("S06", variant="time")
def sum_too_long(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A supplier and a team together have longer than the customer was promised."""
    mine = world.where("underpinning", id="N-01")
    world.set("underpinning", mine, "value", {"medium": 8.0, "large": 24.0}[size])
    return Truth("S06", ("service", "S01"), also=(("supplier", "V01"),))


@plant("S06", variant="availability")
def product_too_low(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Two links in a row, each nearly as good as the promise, are together worse."""
    value = {"medium": 99.7, "large": 97.0}[size]
    world.set("underpinning", world.where("underpinning", id="N-13"), "value", value)
    world.append("underpinning", id=["N-14"], team="Data Services", service="S02",
                 metric="availability", value=99.75, unit="percent")  # fmt: skip
    return Truth("S06", ("service", "S02"), also=(("supplier", "V06"),))
