"""Use, invoices, capacity, costs against budgets, forecasts: figures that follow each other."""

from __future__ import annotations

from datetime import date

import numpy as np

from bench.worlds.clock import DAY, HOUR, Array, month_add
from bench.worlds.org import MODEL, SERVICES
from bench.worlds.promises import BASE_UNITS, YEARLY, unit_price
from bench.worlds.world import World

# pool: share of a service's cost, variable with use, a price per unit of quantity
POOLS = {
    "labour": (0.56, False, 62.0),
    "software": (0.13, False, 24.0),
    "cloud": (0.06, True, 0.4),
    "external": (0.17, True, 88.0),
    "telecom": (0.08, False, 15.0),
}
COST_SHARE = 0.68


def build(world: World) -> None:
    """Everything about money that repeats month by month."""
    usage(world)
    revenue(world)
    costs(world)
    overhead(world)
    forecasts(world)
    capacity(world)
    demand(world)


def days(months: list[date]) -> Array:
    """Months as their first days."""
    return np.array(months, dtype="M8[D]")


def season(months: Array) -> Array:
    """The shape of a year."""
    return np.asarray(1 + 0.05 * np.sin(2 * np.pi * (months.astype("M8[M]").astype(int) % 12) / 12))


def usage(world: World) -> None:
    """Units by service, customer and month; customers grow at different speeds."""
    rng, months = world.rng, days(world.shape.months)
    year = np.arange(24) / 12
    total = {s[0]: np.zeros(24) for s in SERVICES}
    plan = {s[0]: np.zeros(24) for s in SERVICES}
    for customer, services in world.notes["used"].items():
        pace = rng.normal(0.045, 0.06)
        for service in services:
            base = BASE_UNITS[service] * world.notes["size"][customer]
            own = pace + rng.normal(0, 0.05)
            clean = base * np.exp(own * year) * season(months)
            units = clean * np.exp(rng.normal(0, 0.025, 24))
            units = np.maximum(np.round(units), 1.0)
            total[service] += units
            plan[service] += clean
            people = np.round(base / BASE_UNITS[service] * 1500 * rng.uniform(0.7, 0.9))
            world.append(
                "usage",
                service=service,
                customer=customer,
                month=months,
                units=units,
                active_users=np.maximum(np.round(people * rng.normal(1, 0.02, 24)), 1),
                entitled_users=np.ceil(people * 1.15) + 1,
            )
    world.notes["total"], world.notes["plan"] = total, plan
    personal(world, months)


def personal(world: World, months: Array) -> None:
    """Use by person of two services in the last year."""
    rng = world.rng
    for service in ("S04", "S05"):
        people = rng.choice(
            world.col("person.id")[world.where("person", kind="person", active=True)],
            260,
            replace=False,
        )
        for month in months[-12::3]:
            world.append(
                "person_usage",
                service=service,
                person=people,
                month=month,
                units=np.round(rng.gamma(2, 20, len(people))) + 1,
            )


def due(world: World, service: str, customer: str, units: Array) -> Array:
    """What the agreement says for some units in a month."""
    name = f"K-{customer}-{service}"
    if MODEL[service] == "flat":
        return np.full(len(units), world.lookup("agreement.price_month", [name])[0])
    if MODEL[service] == "per_unit":
        return np.asarray(unit_price(service) * units)
    tier = world.tables["agreement_tier"]
    rows = np.flatnonzero(tier["agreement"] == name)
    steps, prices = tier["from_units"][rows], tier["unit_price"][rows]
    below = np.minimum(units, steps[1])
    return np.asarray(prices[0] * below + prices[1] * np.maximum(units - steps[1], 0))


def revenue(world: World) -> None:
    """One invoice by service, customer and month, exactly as agreed."""
    months = days(world.shape.months)
    use = world.tables["usage"]
    for customer, services in world.notes["used"].items():
        for service in services:
            rows = (use["customer"] == customer) & (use["service"] == service)
            amount = np.round(due(world, service, customer, use["units"][rows]), 2)
            world.append(
                "revenue",
                service=service,
                customer=customer,
                month=months,
                amount=amount,
                kind="invoice",
                one_off=False,
            )


def costs(world: World) -> None:
    """A line for each service and pool: budget by price and quantity, and what was booked."""
    rng = world.rng
    months = days(world.shape.months)
    ahead = days(
        [month_add(world.shape.months[-1], i) for i in range(1, 13 - world.shape.last.month)]
    )
    every = np.concatenate([months, ahead])
    total, plan = world.notes["total"], world.notes["plan"]
    for index, (service, *_) in enumerate(SERVICES):
        for pool, (share, variable, price) in POOLS.items():
            line = f"{service} {pool}"
            money = YEARLY[service] * COST_SHARE * share / 12
            rise = 1 + 0.02 * np.arange(len(every)) / 12
            standard = np.full(len(every), price)
            pattern = season(every) if variable else np.ones(len(every))
            quantity = np.round(money / price * rise * pattern, 1)
            planned = np.concatenate(
                [plan[service], np.full(len(ahead), plan[service][-12:].mean())]
            )
            owner = f"head-{index % 6 + 3:02d}"
            started = every.astype("M8[Y]").astype("M8[us]")
            world.append(
                "budget",
                line=line,
                service=service,
                month=every,
                amount=np.round(standard * quantity, 4),
                driver="units" if variable else "posts",
                standard_price=standard,
                standard_quantity=quantity,
                version="1",
                owner=owner,
                approved_by="head-01",
                approved_at=started - 30 * DAY,
                changed_at=started - 40 * DAY,
                planned_units=planned if variable else None,
            )
            ratio = total[service] / plan[service] if variable else np.ones(24)
            used = np.round(quantity[:24] * ratio * (1 - 0.022 + rng.normal(0, 0.012, 24)), 1)
            paid = np.round(price * (1 - 0.003 + rng.normal(0, 0.006, 24)), 4)
            booked(world, line, service, months, used, paid, pool, variable, owner)


def booked(
    world: World,
    line: str,
    service: str | None,
    months: Array,
    quantity: Array,
    price: Array,
    pool: str,
    variable: bool,
    owner: str | None,
) -> None:
    """Postings of one line, a few days after the month."""
    rng = world.rng
    n = len(months)
    outside = pool in ("external", "telecom", "software")
    number = rng.choice(89_999_999, n, replace=False) + 10_000_000
    supplier = {"external": "V07", "telecom": "V02", "software": "V03"}.get(pool)
    first = world.n("cost")
    world.append(
        "cost",
        id=[f"X{i:06d}" for i in range(first, first + n)],
        service=service,
        line=line,
        month=months,
        amount=np.round(quantity * price, 4),
        quantity=quantity,
        pool=pool,
        behaviour="variable" if variable else "fixed",
        discretionary=pool == "external",
        owner=owner,
        supplier=supplier,
        invoice_no=[f"{k}" for k in number] if outside else None,
        posted_at=np.minimum(months.astype("M8[us]") + 33 * DAY, world.as_of - HOUR),
        allocated=False,
    )


def overhead(world: World) -> None:
    """Common costs with an owner, and a small part that nobody claimed yet."""
    rng, months = world.rng, days(world.shape.months)
    for line, money, pool, owner in (
        ("management", 30_000.0, "labour", "head-01"),
        ("rooms", 18_000.0, "facilities", "head-02"),
        ("sundries", 2_500.0, "other", None),
    ):
        quantity = np.round(money / 50 * (0.98 + rng.normal(0, 0.012, 24)), 1)
        booked(world, line, None, months, quantity, np.full(24, 50.0), pool, False, owner)
        ahead = days(
            [month_add(world.shape.months[-1], i) for i in range(1, 13 - world.shape.last.month)]
        )
        every = np.concatenate([months, ahead])
        started = every.astype("M8[Y]").astype("M8[us]")
        world.append(
            "budget",
            line=line,
            month=every,
            amount=round(money / 50, 1) * 50.0,
            driver="posts",
            standard_price=50.0,
            standard_quantity=round(money / 50, 1),
            version="1",
            owner=owner or "head-02",
            approved_by="head-01",
            approved_at=started - 30 * DAY,
            changed_at=started - 40 * DAY,
        )


def forecasts(world: World) -> None:
    """Every month each line is forecast for half a year, a little worse the further ahead."""
    rng, cost = world.rng, world.tables["cost"]
    months = days(world.shape.months)
    for line in dict.fromkeys(cost["line"]):
        amount = cost["amount"][cost["line"] == line]
        for made in range(18):
            ahead = np.arange(made, min(made + 6, 24))
            error = rng.normal(0.004, 0.014 + 0.003 * np.arange(1, len(ahead) + 1))
            world.append(
                "forecast",
                line=line,
                made_on=months[made] - 5,
                month=months[ahead],
                amount=np.round(amount[ahead] * (1 + error), 2),
            )
    as_of = world.as_of.astype("M8[D]")
    lines = ["S01 external", "S05 software", "S07 external"]
    world.append(
        "commitment",
        id=["Q-1", "Q-2", "Q-3"],
        agreement=["B-01", "B-03", "B-05"],
        line=lines,
        amount=[9000.0, 6000.0, 7000.0],
        open_amount=[2500.0, 1500.0, 1800.0],
        expires=as_of + 80,
    )
    world.append(
        "known_step", line=["S01 labour"], month=months[-1], amount=500.0, reason="one more post"
    )
    world.append(
        "price_list",
        item=["work_hour", "downtime_hour", "lost_user_hour"],
        amount=[58.0, 900.0, 35.0],
        approved_by="head-02",
        valid_from=np.datetime64(world.shape.began) - 100,
    )


def capacity(world: World) -> None:
    """Rooms that fit: after one more year of growth the peak is still below the aim."""
    rng, months = world.rng, days(world.shape.months)
    for service in ("S02", "S08", "S10"):
        total = world.notes["total"][service]
        peak = total * (1 + rng.normal(0, 0.008, 24)) / 100
        growth = max(total[12:].sum() / total[:12].sum(), 1.0)
        room = np.ceil(peak[12:].max() * growth / (0.8 * rng.uniform(0.95, 0.97)))
        world.append(
            "capacity",
            service=service,
            month=months,
            max_units=room,
            p95_units=np.round(peak, 2),
            target_utilisation=0.8,
            standby=False,
            lead_time_months=3.0,
        )
    for item in ("CI-SH-01", "CI-SH-02"):
        peak = 480 * season(months) * (1 + rng.normal(0, 0.01, 24))
        world.append(
            "capacity",
            ci=item,
            month=months,
            max_units=800.0,
            p95_units=np.round(peak, 1),
            target_utilisation=0.8,
            standby=item == "CI-SH-02",
            lead_time_months=2.0,
        )
    hours = 1300 * (1 + rng.normal(0, 0.02, 24))
    world.append(
        "capacity",
        team="Network",
        month=months,
        max_units=1900.0,
        p95_units=np.round(hours),
        target_utilisation=0.8,
        standby=False,
        lead_time_months=3.0,
    )


def demand(world: World) -> None:
    """A few wishes that could not be served."""
    months = days(world.shape.months)
    world.append(
        "lost_demand",
        service="S10",
        month=months,
        count=world.rng.poisson(2.2, 24),
        reason="not offered",
        average_value=220.0,
    )
