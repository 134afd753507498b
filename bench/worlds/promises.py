"""Agreements, targets, and what suppliers and teams promise behind them."""

from __future__ import annotations

import numpy as np

from bench.worlds.org import CUSTOMERS, MODEL, RESOLVE, RESPONSE, SERVICES, UPDATE, customer_id
from bench.worlds.world import World

BASE_UNITS = {
    "S01": 90_000.0,
    "S02": 400_000.0,
    "S03": 1_450.0,
    "S04": 1_500.0,
    "S05": 20_000.0,
    "S06": 1_400.0,
    "S07": 1_500.0,
    "S08": 60_000.0,
    "S09": 1_100.0,
    "S10": 150_000.0,
    "S11": 180_000.0,
    "S12": 30_000.0,
}
# yearly revenue that a service brings at these units, by unit price or by flat fee
YEARLY = {
    "S01": 2_600_000.0,
    "S02": 1_500_000.0,
    "S03": 700_000.0,
    "S04": 1_300_000.0,
    "S05": 1_500_000.0,
    "S06": 900_000.0,
    "S07": 2_400_000.0,
    "S08": 900_000.0,
    "S09": 600_000.0,
    "S10": 800_000.0,
    "S11": 500_000.0,
    "S12": 300_000.0,
}


def unit_price(service: str) -> float:
    """The price of one unit, rounded to a tenth of a cent."""
    return round(YEARLY[service] / 12 / BASE_UNITS[service], 4)


def build(world: World) -> None:
    """Contracts by customer and service, a promise for each service, supplier contracts."""
    contracts(world)
    sla(world)
    bought(world)
    underpinning(world)


def contracts(world: World) -> None:
    """What a customer pays: a unit price, steps, or a flat fee for its size."""
    size, used = world.notes["size"], world.notes["used"]
    as_of = world.as_of.astype("M8[D]")
    start = np.datetime64(world.shape.began) - 200
    for customer, services in used.items():
        for service in services:
            name = f"K-{customer}-{service}"
            told = {"per_unit": (0.0, 0.0, unit_price(service)), "tiered": (0.0, 0.0, np.nan)}
            share = size[customer] * CUSTOMERS / 25
            price, included, over = told.get(
                MODEL[service], (round(YEARLY[service] / 12 * share, 2), np.nan, np.nan)
            )
            world.append(
                "agreement",
                id=[name],
                customer=customer,
                service=service,
                kind="contract",
                start=start,
                end=as_of + 600,
                price_month=price,
                included_units=included,
                overage_price=over,
                auto_renew=False,
                notice_by=as_of + 420,
                review_due=as_of + 150,
                reviewed_on=as_of - 215,
            )
            if MODEL[service] == "tiered":
                first = unit_price(service) * 1.08
                step = BASE_UNITS[service] * share * 0.4
                world.append(
                    "agreement_tier",
                    agreement=[name] * 2,
                    from_units=[0.0, round(step)],
                    unit_price=[round(first, 4), round(first * 0.88, 4)],
                )


def sla(world: World) -> None:
    """One promise for each service to everybody, reviewed yearly, with its targets."""
    as_of = world.as_of.astype("M8[D]")
    for number, service in enumerate(s[0] for s in SERVICES):
        world.append(
            "agreement",
            id=[f"L-{service}"],
            service=service,
            kind="sla",
            start=np.datetime64(world.shape.began) - 300,
            end=as_of + 500,
            review_due=as_of - 40 + 25 * number,
            reviewed_on=as_of - (37 if number == 0 else 45 + 12 * (number % 4)),
            auto_renew=False,
        )
        targets(world, f"L-{service}", service)


def targets(world: World, agreement: str, service: str) -> None:
    """Times by priority (the first round the clock), availability, recovery, satisfaction."""
    code = agreement[2:]
    rows = []
    for metric, hours in (("resolve", RESOLVE), ("response", RESPONSE), ("update", UPDATE)):
        for priority, value in hours.items():
            calendar = "24x7" if priority == 1 else "office"
            stop = {"resolve": "resolved", "response": "first_response"}.get(metric)
            rows.append((metric, priority, value, "hours", calendar, stop))
    rows += [("fulfil", p, RESOLVE[p], "hours", "office", "resolved") for p in (3, 4)]
    rto = next(s[5] for s in SERVICES if s[0] == service)
    rows += [
        ("availability", None, 99.5, "percent", "24x7", None),
        ("recovery", None, rto, "hours", "24x7", "restored"),
        ("satisfaction", None, 4.0, "score", None, None),
    ]
    metric, priority, value, unit, calendar, stop = (list(c) for c in zip(*rows, strict=True))
    world.append(
        "target",
        id=[f"T-{code}-{m}-{p or 0}" for m, p in zip(metric, priority, strict=True)],
        agreement=agreement,
        metric=metric,
        priority=priority,
        value=value,
        unit=unit,
        calendar=calendar,
        clock_start="opened",
        clock_stop=stop,
        pause_states=["waiting" if m in ("resolve", "fulfil") else None for m in metric],
    )


def bought(world: World) -> None:
    """What we buy: contracts with suppliers, decided long before their notice."""
    as_of = world.as_of.astype("M8[D]")
    made = (
        ("B-01", "V01", "S01", 21_000.0),
        ("B-02", "V02", "S06", 16_000.0),
        ("B-03", "V03", "S05", 12_000.0),
        ("B-04", "V04", "S11", 9_000.0),
        ("B-05", "V05", "S07", 14_000.0),
        ("B-06", "V06", "S02", 15_000.0),
        ("B-07", "V07", None, 11_000.0),
        ("B-08", "V08", "S09", 8_000.0),
    )
    for number, (name, supplier, service, price) in enumerate(made):
        notice = as_of + 90 + 30 * number
        world.append(
            "agreement",
            id=[name],
            supplier=supplier,
            service=service,
            kind="contract",
            start=np.datetime64(world.shape.began) - 400,
            end=notice + 90,
            price_month=price,
            auto_renew=number % 2 == 0,
            notice_by=notice,
            index_cap=0.03,
            renewal_decided_on=(as_of - 20) if number < 2 else None,
            review_due=as_of + 60,
            reviewed_on=as_of - 300,
        )


def underpinning(world: World) -> None:
    """Supplier and team promises that add up to less than what the customer is promised."""
    made = (
        ("N-01", 2, "V01", None, "S01", "resolve", 5.0),
        ("N-02", 2, None, "Applications", "S01", "resolve", 3.0),
        ("N-03", 2, "V02", None, "S06", "resolve", 6.0),
        ("N-04", 2, None, "Network", "S06", "resolve", 2.0),
        ("N-05", 2, "V06", None, "S02", "resolve", 6.0),
        ("N-06", 2, "V03", None, "S05", "resolve", 8.0),
    )
    for name, priority, supplier, team, service, metric, value in made:
        world.append(
            "underpinning",
            id=[name],
            priority=priority,
            supplier=supplier,
            team=team,
            service=service,
            metric=metric,
            value=value,
            unit="hours",
        )
    for name, supplier, service, value in (
        ("N-11", "V01", "S01", 99.9),
        ("N-12", "V02", "S06", 99.9),
        ("N-13", "V06", "S02", 99.8),
    ):
        world.append(
            "underpinning",
            id=[name],
            supplier=supplier,
            service=service,
            metric="availability",
            value=value,
            unit="percent",
        )
    breached = world.as_of - np.array([40, 130, 300]).astype("m8[D]")
    world.append(
        "underpinning",
        id=["N-03", "N-01", "N-05"],
        priority=2.0,
        supplier=["V02", "V01", "V06"],
        service=["S06", "S01", "S02"],
        metric="resolve",
        value=[6.0, 5.0, 6.0],
        unit="hours",
        breached_at=breached,
        claimed_at=breached + np.timedelta64(9, "D"),
    )


def customers() -> list[str]:
    """All customers by size."""
    return [customer_id(i) for i in range(CUSTOMERS)]
