"""Defects of money spent: dear, wasteful, unapproved, homeless, rushed, split, paid twice."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bench.worlds.clock import DAY, HOUR, MINUTE, Array
from bench.worlds.planting import Truth, plant
from bench.worlds.plants.common import of, solved
from bench.worlds.world import World, unknown


def material(world: World) -> float:
    """What matters: half a per cent of the cost of the period."""
    return float(0.005 * world.col("cost.amount")[world.inside("cost.month")].sum())


def to_date(world: World, table: str, line: str) -> Array:
    """Rows of a line in the running year (January on), up to the last month of the period."""
    months, last = world.col(f"{table}.month"), np.datetime64(world.shape.last, "D")
    return np.asarray((world.col(f"{table}.line") == line) & (months <= last)
                      & (months.astype("M8[Y]") == last.astype("M8[Y]")))  # fmt: skip


def raised(world: World, line: str, share: float, column: str = "") -> None:
    """The cost of the running year of a line is higher, by price unless by quantity."""
    rows, cost = to_date(world, "cost", line), world.tables["cost"]
    cost["amount"][rows] = np.round(cost["amount"][rows] * (1 + share), 4)
    if column:
        cost[column][rows] = np.round(cost[column][rows] * (1 + share), 4)


def enough(world: World, line: str, least: float) -> float:
    """A share of the year's budget to date that is above 5 % and what matters."""
    planned = world.col("budget.amount")[to_date(world, "budget", line)].sum()
    return max(least, 1.35 * material(world) / float(planned) + 0.03)


@plant("F01", variant="price")
def dear(world: World, size: str, rng: np.random.Generator) -> Truth:
    """The price of a line's hours rose, and nobody planned it."""
    line = "S01 labour"
    raised(world, line, enough(world, line, 0.09) * {"medium": 1.0, "large": 3.0}[size])
    cost, budget = world.tables["cost"], world.tables["budget"]
    paid, planned = to_date(world, "cost", line), to_date(world, "budget", line)
    standard = cost["quantity"][paid] * budget["standard_price"][planned][0]
    part = cost["amount"][paid].sum() - standard.sum()
    return Truth("F01", ("line", line), "price", float(part / budget["amount"][planned].sum()),
                 also=(("service", "S01"),))  # fmt: skip


@plant("F01", variant="efficiency")
def wasteful(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A line that follows use needs more for the same use."""
    line = "S01 external"
    more = enough(world, line, 0.15) * {"medium": 1.0, "large": 2.5}[size]
    raised(world, line, more, "quantity")
    cost, budget, usage = (world.tables[n] for n in ("cost", "budget", "usage"))
    paid, planned = to_date(world, "cost", line), to_date(world, "budget", line)
    used = np.isin(usage["month"], cost["month"][paid]) & (usage["service"] == "S01")
    price = budget["standard_price"][planned][0]
    rate = usage["units"][used].sum() / budget["planned_units"][planned].sum()
    allowed = budget["standard_quantity"][planned].sum() * rate
    off = cost["amount"][paid].sum() - cost["quantity"][paid].sum() * price
    off += (cost["quantity"][paid].sum() - allowed) * price
    value = float(off / budget["amount"][planned].sum())
    return Truth("F01", ("line", line), "efficiency", value, also=(("service", "S01"),))


@plant("F02", variant="forecast")
def overrun(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A line has been above its budget in each month of the year."""
    raised(world, "S07 labour", {"medium": 0.13, "large": 0.4}[size], "quantity")
    return Truth("F02", ("line", "S07 labour"), also=(("service", "S07"),))


@plant("F02", variant="promised")
def promised_away(world: World, size: str, rng: np.random.Generator) -> Truth:
    """What is ordered and not yet paid does not fit into the rest of the year's budget."""
    line, budget = "S05 software", world.tables["budget"]
    year = budget["month"].astype("M8[Y]") == np.datetime64(world.shape.last, "Y")
    annual = budget["amount"][year & (budget["line"] == line)].sum()
    spent = world.col("cost.amount")[to_date(world, "cost", line)].sum()
    open_ = annual - spent + {"medium": 0.06, "large": 0.3}[size] * annual
    order = world.where("commitment", line=line)
    world.set("commitment", order, "open_amount", round(float(open_), 2))
    world.set("commitment", order, "amount", round(float(open_) * 1.2, 2))
    return Truth("F02", ("line", line), also=(("service", "S05"),))


def judged(world: World, line: str) -> Array:
    """The budget rows of a line from the first month of the period on."""
    first = np.datetime64(world.shape.first, "D")
    return np.asarray((world.col("budget.line") == line) & (world.col("budget.month") >= first))


@plant("F03", variant="approval")
def nobody_said_yes(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Months of a line's budget were never approved."""
    rows = np.flatnonzero(judged(world, "S08 external"))
    hit = rows[: {"medium": 2, "large": 8}[size]]
    world.tables["budget"]["approved_by"][hit] = None
    world.tables["budget"]["approved_at"][hit] = np.datetime64("NaT")
    return Truth("F03", ("line", "S08 external"), value=len(hit) / len(rows))


@plant("F03", variant="owner")
def nobody_answers(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Lines of the budget belong to nobody."""
    lines = ["S10 cloud", "S11 labour", "rooms"][: {"medium": 1, "large": 3}[size]]
    for line in lines:
        world.set("budget", judged(world, line), "owner", None)
    return Truth("F03", ("line", "S10 cloud"), value=1.0)


@plant("F03", variant="changed")
def changed_after(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A budget was changed after it had been approved."""
    rows = np.flatnonzero(judged(world, "S02 labour"))
    hit = rows[-{"medium": 1, "large": 9}[size] :]
    budget = world.tables["budget"]
    budget["changed_at"][hit] = budget["approved_at"][hit] + 3 * DAY
    return Truth("F03", ("line", "S02 labour"), value=len(hit) / len(rows))


@plant("F04")
def homeless(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A part of the cost is booked without a service and without an owner."""
    lines = ["S01 labour", "S08 labour", "S07 labour", "S04 labour", "S02 labour"]
    hit = world.where("cost", line=lines[: {"medium": 2, "large": 5}[size]])
    hit &= world.inside("cost.month")
    for column in ("service", "owner"):
        world.set("cost", hit, column, None)
    inside, cost = world.inside("cost.month"), world.tables["cost"]
    lost = inside & unknown(cost["service"]) & unknown(cost["owner"])
    value = float(cost["amount"][lost].sum() / cost["amount"][inside].sum())
    return Truth("F04", ("organisation", "*"), value=value,
                 also=(("line", "S01 labour"), ("line", "S08 labour")))  # fmt: skip


@plant("F05")
def fever(world: World, size: str, rng: np.random.Generator) -> Truth:
    """What is left of a line's free money is spent in December."""
    line, cost = "S01 external", world.tables["cost"]
    rows = np.flatnonzero(cost["line"] == line)
    december = cost["month"][rows].astype("M8[M]").astype(int) % 12 == 11
    times, rest = {"medium": (4.2, 0.75), "large": (7.0, 0.5)}[size]
    factor = np.where(december, times * rest, rest) * rng.lognormal(0, 0.05, len(rows))
    for column in ("amount", "quantity"):
        cost[column][rows] = np.round(cost[column][rows] * factor, 4)
    spent = cost["amount"][rows]
    return Truth("F05", ("line", line), value=float(spent[december].mean() / spent.mean()))


def bought(world: World, supplier: str, buyer: str, at: Array, amount: Array) -> Array:
    """More purchases of one supplier below or above the limit of approval; their ids."""
    n = len(amount)
    price = round(float(world.col("purchase.unit_price")[
        world.where("purchase", supplier=supplier)].max()), 2)  # fmt: skip
    first = world.n("purchase")
    ids = [f"PX{first + i:05d}" for i in range(n)]
    number = world.rng.choice(8_999_999, n, replace=False) + 11_000_000
    world.append("purchase", id=ids, supplier=supplier, buyer=buyer, approved_by="head-02",
                 agreement=f"B-{supplier[1:]}", amount=np.round(amount, 2),
                 quantity=np.round(amount / price, 4), unit_price=price, at=at,
                 approval_limit=10_000.0, invoice_no=[str(k) for k in number])  # fmt: skip
    over = np.flatnonzero(amount >= 10_000)
    world.append("approval", id=[f"AC{first + i:05d}" for i in over], entity="purchase",
                 entity_id=[ids[i] for i in over], step="purchase", level="head",
                 approver="head-01", decision="approved", requested_at=at[over] - 2 * DAY,
                 at=at[over] - DAY, recorded_at=at[over] - DAY + HOUR,
                 amount=np.round(amount[over], 2))  # fmt: skip
    return np.array(ids, dtype=object)


@plant("F06", variant="below")
def just_below(world: World, size: str, rng: np.random.Generator) -> Truth:
    """A supplier's purchases crowd just below the limit of approval."""
    inside, over = {"medium": (11, 1), "large": (22, 2)}[size]
    gone = world.where("purchase", supplier="V04") & world.inside("purchase.at")
    world.drop("approval", of(world, "approval", "entity_id", world.col("purchase.id")[gone]))
    world.drop("purchase", gone)
    n = inside + over
    amount = np.concatenate([rng.uniform(9_100, 9_990, inside), rng.uniform(10_100, 10_800, over)])
    at = world.since + np.arange(n) * (360 / n) * 24 * HOUR + 9 * HOUR
    bought(world, "V04", "head-03", at, rng.permutation(amount))
    return Truth("F06", ("supplier", "V04"), "just below", inside / over,
                 also=(("team", "Management"),))  # fmt: skip


@plant("F06", variant="split")
def split(world: World, size: str, rng: np.random.Generator) -> Truth:
    """What needs an approval is bought in two or three parts within days."""
    groups = {"medium": 1, "large": 6}[size]
    ids: list[Array] = []
    for k in range(groups):
        parts = 2 + k % 2
        start = world.since + (40 + 50 * k) * DAY + 11 * HOUR
        at = start + np.arange(parts) * 3 * DAY
        ids.append(bought(world, "V05", "head-06", at, rng.uniform(5_400, 8_200, parts)))
    pairs = [("pair", "|".join(sorted(two))) for group in ids for two in pairwise(group)]
    return Truth("F06", pairs[0], "split", also=(("supplier", "V05"), *pairs[1:]))


@plant("F07", variant="purchase")
def paid_twice(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Invoices came in on two ways and were paid on both."""
    purchase = world.tables["purchase"]
    early = world.inside("purchase.at", end=world.as_of - 50 * DAY)
    rows = rng.choice(np.flatnonzero(early), {"medium": 1, "large": 6}[size], replace=False)
    copy = {name: values[rows].copy() for name, values in purchase.items()}
    copy["id"] = np.array([f"{i}D" for i in copy["id"]], dtype=object)
    copy["at"] = copy["at"] + rng.integers(12, 45, len(rows)) * DAY
    copy["invoice_no"] = np.array(
        [again(str(number), k) for k, number in enumerate(copy["invoice_no"])], dtype=object
    )
    world.append("purchase", **copy)
    pairs = [("pair", f"{i}|{i}D") for i in purchase["id"][rows]]
    homes = {("supplier", str(s)) for s in purchase["supplier"][rows]}
    return Truth("F07", pairs[0], also=(*pairs[1:], *sorted(homes)))


def again(number: str, k: int) -> str:
    """The same invoice number as somebody else writes it."""
    swap = next((i for i in range(len(number) - 1) if number[i] != number[i + 1]), 0)
    swapped = number[:swap] + number[swap + 1] + number[swap] + number[swap + 2 :]
    return (f"00{number}", f"RE-{number}", swapped, f"{number[:3]} {number[3:]}", number)[k % 5]


@plant("F07", variant="cost")
def booked_twice(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Invoices of the staffing supplier were posted twice on the same line."""
    cost = world.tables["cost"]
    mine = world.where("cost", supplier="V07")
    mine &= world.inside("cost.month", end=world.as_of - 100 * DAY)
    rows = rng.choice(np.flatnonzero(mine), {"medium": 1, "large": 5}[size], replace=False)
    copy = {name: values[rows].copy() for name, values in cost.items()}
    copy["id"] = np.array([f"{i}D" for i in copy["id"]], dtype=object)
    copy["posted_at"] = copy["posted_at"] + 17 * DAY
    copy["invoice_no"] = np.array(
        [again(str(n), k) for k, n in enumerate(copy["invoice_no"])], dtype=object
    )
    world.append("cost", **copy)
    pairs = [("pair", f"{i}|{i}D") for i in cost["id"][rows]]
    return Truth("F07", pairs[0], also=(*pairs[1:], ("supplier", "V07")))


@plant("F08")
def twice(world: World, size: str, rng: np.random.Generator) -> Truth:
    """One team works on, long after it called its tickets solved."""
    team = "Applications"
    share, part = {"medium": (0.5, 0.6), "large": (0.85, 1.5)}[size]
    mine = solved(world, team=team)
    mine &= world.col("record.resolved_at") < world.as_of - 3 * DAY
    ids = world.col("record.id")[world.pick(mine, share)]
    log = world.tables["worklog"]
    spent = dict.fromkeys(ids, 0.0)
    for i, minutes in zip(log["record"], log["minutes"], strict=True):
        if i in spent:
            spent[i] += minutes
    ids = np.array([i for i in ids if spent[i] > 0], dtype=object)
    more = np.round([spent[i] * part * rng.uniform(0.7, 1.3) for i in ids], 1)
    staff = rng.choice(world.notes["staff"][team], len(ids))
    start = world.lookup("record.resolved_at", ids) + 25 * MINUTE
    world.append("worklog", record=ids, person=staff, team=team, minutes=more, overtime=False,
                 rate=62.0, started_at=start)  # fmt: skip
    return Truth("F08", ("team", team), value=redone(world, team))


def redone(world: World, team: str) -> float:
    """Work after the first solution and set-up of needless hand-overs, of a team's labour."""
    log, event = world.tables["worklog"], world.tables["event"]
    home = world.lookup("record.team", log["record"]) == team
    rows = np.flatnonzero(home & world.inside("worklog.started_at"))
    names = np.unique(log["record"][rows].astype(str))
    first: dict[str, np.datetime64] = {}
    path: dict[str, list[str]] = {i: [] for i in names}
    order = np.argsort(event["at_occurred"], kind="stable")
    for i in order[of(world, "event", "entity_id", names)[order]]:
        name = event["entity_id"][i]
        if event["activity"][i] == "resolved":
            first.setdefault(name, event["at_occurred"][i])
        if event["team"][i] and path[name][-1:] != [event["team"][i]]:
            path[name].append(event["team"][i])
    labour = log["minutes"][rows] * log["rate"][rows]
    late = np.array([log["started_at"][i] > first.get(log["record"][i], world.as_of) for i in rows])
    setup = sum(max(len(path[i]) - 2, 0) * 30 * 62.0 for i in names)
    return float((labour[late].sum() + setup) / labour.sum())


def weeks_of(world: World, at: Array) -> Array:
    """The Monday of the local week of instants."""
    day = world.clock.local(at).astype("M8[D]").astype(np.int64)
    return np.asarray((day - (day + 3) % 7).astype("M8[D]"))


def overworked(world: World, team: str, weeks: int, share: float) -> float:
    """In each of the last weeks a share of a team's minutes is overtime; that of the last eight."""
    log = world.tables["worklog"]
    mine = (log["team"] == team) & world.inside("worklog.started_at")
    week = weeks_of(world, log["started_at"])
    last = np.datetime64(world.shape.last, "D")
    whole = mine & (week + 6 <= last)
    told = np.unique(week[whole])[-weeks:]
    for monday in told:
        rows = np.flatnonzero(whole & (week == monday))
        rows = rows[np.argsort(log["minutes"][rows])]
        total = log["minutes"][rows].sum()
        for i in rows[::-1]:
            if log["minutes"][rows][log["overtime"][rows].astype(bool)].sum() >= share * total:
                break
            log["overtime"][i] = True
    recent = whole & np.isin(week, np.unique(week[whole])[-8:])
    late = recent & log["overtime"].astype(bool)
    return float(log["minutes"][late].sum() / log["minutes"][recent].sum())


@plant("F09", variant="weeks")
def every_week(world: World, size: str, rng: np.random.Generator) -> Truth:
    """In each of the last weeks a large part of one team's hours was overtime."""
    value = overworked(world, "Workplace", 10, {"medium": 0.14, "large": 0.4}[size])
    return Truth("F09", ("team", "Workplace"), "every week", value)


@plant("F09", variant="rising")
def rising(world: World, size: str, rng: np.random.Generator) -> Truth:
    """Overtime of one desk jumped in the last weeks."""
    value = overworked(world, "Desk North", 6, {"medium": 0.16, "large": 0.45}[size])
    return Truth("F09", ("team", "Desk North"), "rising", value)
