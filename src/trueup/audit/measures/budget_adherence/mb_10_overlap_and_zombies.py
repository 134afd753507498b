"""MB-10: Overlap and zombies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Measure, Silent, Unit, pair
from trueup.audit.money import (
    YEAR,
    homed_cost,
    last_month,
    materiality,
    months_in,
    service_cost,
    this_year,
)
from trueup.audit.usage import usage_panel

PERSONS = 20
CUSTOMERS = 5
Users = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Zombie:
    """A live service with use and cost: the largest of the last months, its peak, its cost.

    `pace` is four times the cost of the last three months.
    """

    service: str
    recent: float
    peak: float
    yearly: float
    pace: float
    dead: bool


@dataclass(frozen=True, slots=True)
class Twins:
    """Two live services of one function: how alike their users are, and the cheaper one's cost."""

    one: str
    other: str
    jaccard: float
    cheaper: float
    same: bool


def judge(ctx: Context) -> Answer | Silent:
    """Yearly cost of services that nobody uses, and of the cheaper of two that do the same."""
    dead = [z for z in zombies(ctx) if z.dead]
    alike = [t for t in twins(ctx) or [] if t.same]
    by = [(Unit("service", z.service), exact(z.yearly, 1)) for z in dead]
    by += [(pair(t.one, t.other), exact(t.cheaper, 1, "C")) for t in alike]
    gone = {z.service for z in dead}
    overlap = sum(t.cheaper for t in alike if not gone & {t.one, t.other})
    total = sum(z.yearly for z in dead) + overlap
    days = 30 * int(usage_panel(ctx, 13).seen.any(0).sum())
    return Answer(
        exact(total, days, "C" if overlap else "B"), tuple(by), n_min=90, unit_n_min=1,
        parts={"zombies": total - overlap, "overlap": overlap},
    )  # fmt: skip


def zombies(ctx: Context) -> list[Zombie]:
    """Every live service with recorded use and cost that is no yearly job."""
    found: list[Zombie] = ctx.value("zombies", _zombies)
    return found


def _zombies(ctx: Context) -> list[Zombie]:
    months = int(float(ctx.params["T02.months"]))
    back = int(float(ctx.params["T02.look_back"]))
    share = float(ctx.params["T02.share"])
    cells = usage_panel(ctx, back)
    live = _live(ctx)
    cost, pace = service_cost(ctx), _pace(ctx, months)
    recorded = cells.seen.sum(0) > 0
    out = []
    for key, units, seen in zip(cells.keys, cells.values["units"], cells.seen, strict=True):
        yearly = cost.get(key[0], 0.0)
        if key[0] not in live or yearly <= 0 or seen.sum() < months:
            continue
        peak, recent = float(units.max()), float(units[-months:].max())
        quiet = (peak == 0 or recent < share * peak) and bool(recorded[-months:].all())
        saves = yearly > materiality(ctx) / 10 and pace.get(key[0], 0.0) > 0
        out.append(Zombie(key[0], recent, peak, yearly, pace.get(key[0], 0.0), quiet and saves))
    return out


def _live(ctx: Context) -> set[str]:
    service = ctx.table("service")
    mine = service.filter((service["state"] == "live") & ~service["annual_job"].fill_null(False))
    return {row["id"] for row in ctx.rows(mine.select("id"))}


def _pace(ctx: Context, months: int) -> dict[str, float]:
    """The cost of the last months by service, as a year."""
    cost, last = homed_cost(ctx), last_month(ctx)
    mine = cost.filter(months_in(cost["month"], last - months + 1, last) & cost["home"].notnull())
    rows = ctx.rows(mine.group_by("home").agg(amount=mine["amount"].sum()).order_by("home"))
    return {row["home"]: float(row["amount"]) * YEAR / months for row in rows}


def twins(ctx: Context) -> list[Twins] | None:
    """Pairs of one function with enough users; None where there are pairs but too few users."""
    found: list[Twins] | None = ctx.value("twins", _twins)
    return found


def _twins(ctx: Context) -> list[Twins] | None:
    service = ctx.table("service")
    mine = service.filter((service["state"] == "live") & service["function_tag"].notnull())
    groups: dict[str, list[str]] = {}
    for row in ctx.rows(mine.select("id", "function_tag").order_by("id")):
        groups.setdefault(row["function_tag"], []).append(row["id"])
    pairs = [p for ids in groups.values() for p in combinations(ids, 2)]
    if not pairs:
        return []
    wanted = sorted({id for p in pairs for id in p})
    persons, customers = _persons(ctx, wanted), _customers(ctx, wanted)
    cost = service_cost(ctx)
    out = []
    for one, other in sorted(pairs):
        sets = _sets(one, other, persons, customers)
        if sets is None:
            continue
        a, b = sets
        jaccard = len(a & b) / len(a | b)
        cheaper = min(cost.get(one, 0.0), cost.get(other, 0.0))
        alike = jaccard >= float(ctx.params["T03.jaccard"])
        out.append(Twins(one, other, jaccard, cheaper, alike and cheaper > materiality(ctx) / 10))
    return out or None


def _sets(
    one: str, other: str, persons: list[Users], customers: Users
) -> tuple[set[str], set[str]] | None:
    """The users of two services: persons where both have enough, customers where neither has.

    Both sets come from one source, so that users are never held against those who ask.
    """
    most = 0
    for source in persons:
        a, b = source.get(one, set()), source.get(other, set())
        if min(len(a), len(b)) >= PERSONS:
            return a, b
        most = max(most, len(a), len(b))
    if most >= PERSONS:
        return None
    a, b = customers.get(one, set()), customers.get(other, set())
    return (a, b) if min(len(a), len(b)) >= CUSTOMERS else None


def _persons(ctx: Context, services: list[str]) -> list[Users]:
    """Persons by service over twelve months: by their use where recorded, and by their records."""
    out = []
    if ctx.has("person_usage"):
        used = ctx.table("person_usage")
        rows = used.filter(this_year(ctx, used["month"]) & (used["units"] > 0))
        out.append(_gather(ctx, rows.select("service", who=rows["person"]), services))
    if ctx.has("record.requester", "record.service"):
        record = ctx.table("record")
        rows = record.filter(ctx.within(record["opened_at"]) & record["requester"].notnull())
        out.append(_gather(ctx, rows.select("service", who=rows["requester"]), services))
    return out


def _customers(ctx: Context, services: list[str]) -> Users:
    usage = ctx.table("usage")
    rows = usage.filter(
        this_year(ctx, usage["month"]) & usage["customer"].notnull() & (usage["units"] > 0)
    )
    return _gather(ctx, rows.select("service", who=rows["customer"]), services)


def _gather(ctx: Context, named: Any, services: list[str]) -> Users:
    got = ctx.arrays(
        named.filter(named["service"].isin(services)).distinct().order_by("service", "who")
    )
    out: Users = {}
    for service in services:
        mine = np.flatnonzero(got["service"] == service)
        out[service] = {str(w) for w in got["who"][mine]}
    return out


MEASURE = Measure(
    id="MB-10",
    indicator="budget_adherence",
    key=False,
    title="Overlap and zombies",
    formula=(
        "overlap: rule of T03, yearly cost of the cheaper of the two; zombie: rule of T02, its "
        "yearly cost"
    ),
    tables=("service", "usage", "cost"),
    unit="money/year",
    direction="down",
    grain=("pair", "service"),
    n_min="90 days",
    method="count; a person confirms the same function",
    target=0,
    limit="materiality",
    caveats=("compliance archives and annual jobs (service.annual_job): look back 13 months"),
    tier=5,
    judge=judge,
    needs=("service.state",),
    uses=(
        "service.function_tag",
        "service.annual_job",
        "record.requester",
        "person_usage.person",
        "usage.customer",
    ),
)
