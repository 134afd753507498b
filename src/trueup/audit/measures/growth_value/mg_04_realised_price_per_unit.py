"""MG-04: Realised price per unit and leakage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, index_of, last_month, month_day, this_year

LIMIT = 0.03
CENT = 0.01
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Bill:
    """One customer and service under contract over twelve months: due and invoiced by month.

    `rated` says in which months a contract was valid for the whole month, `agreements` in
    which months each of them was.
    """

    service: str
    customer: str
    agreements: Mapping[str, Array]
    due: Array
    invoiced: Array
    disputed: Array
    rated: Array
    units: Array

    @property
    def short(self) -> Array:
        """Money due and not invoiced, by month; disputes are not leakage."""
        gap = np.maximum(self.due - self.invoiced - self.disputed, 0.0)
        return np.where(self.rated & (gap > CENT), gap, 0.0)

    @property
    def leak(self) -> float:
        """The leakage to the letter: month by month."""
        return float(self.short.sum())

    @property
    def surely(self) -> float:
        """What stays missing whenever it was invoiced: over the year, or a month later."""
        paid = self.invoiced + self.disputed
        whole = max(0.0, float((self.due - paid)[self.rated].sum()))
        gap = np.maximum(self.due[:-1] - paid[1:], 0.0)
        arrears = float(gap[self.rated[:-1] & (gap > CENT)].sum())
        least = min(self.leak, whole)
        return min(least, arrears) if arrears < self.leak / 2 else least


def judge(ctx: Context) -> Answer | Silent:
    """Money due by contract and use that was never invoiced, of the revenue of twelve months."""
    found = bills(ctx)
    total = revenue_of_year(ctx)
    if not found or total <= 0:
        return Silent("not_enough_evidence", "no customer with a contract, use and invoices")
    whole = _estimate(found, total)
    billed = _billed(ctx)
    by = []
    for kind, groups in by_unit(found).items():
        for name, mine in sorted(groups.items()):
            revenue = sum(float(b.invoiced[b.rated].sum()) for b in mine)
            revenue = billed.get((kind, name), revenue)
            if revenue > 0:
                by.append((Unit(kind, name), _estimate(mine, revenue)))
    units = sum(float(b.units.sum()) for b in found)
    leak = sum(b.leak for b in found)
    return Answer(
        whole, tuple(by), n_min=1, unit_n_min=1,
        parts={"leakage": leak, "at least": sum(b.surely for b in found),
               "price per unit": total / units if units > 0 else None},
    )  # fmt: skip


def _estimate(found: list[Bill], revenue: float) -> Estimate:
    value = sum(b.leak for b in found) / revenue
    surely = sum(b.surely for b in found) / revenue
    months = sum(int(b.rated.sum()) for b in found)
    same = (surely > LIMIT) == (value > LIMIT)
    return Estimate(
        value, surely, value, months, exact=True, grade="A", robustness=1.0 if same else 0.5
    )


def by_unit(found: list[Bill]) -> dict[str, dict[str, list[Bill]]]:
    """The bills of each agreement, customer and service."""
    out: dict[str, dict[str, list[Bill]]] = {
        kind: defaultdict(list) for kind in ("agreement", "customer", "service")
    }
    for bill in found:
        for name, valid in bill.agreements.items():
            part = replace(bill, agreements={name: valid}, rated=bill.rated & valid)
            out["agreement"][name].append(part)
        out["customer"][bill.customer].append(bill)
        out["service"][bill.service].append(bill)
    return out


def revenue_of_year(ctx: Context) -> float:
    """All invoices and charges of the last twelve closed months."""
    r = ctx.table("revenue")
    mine = r.filter(r["kind"].isin(["invoice", "chargeback"]) & this_year(ctx, r["month"]))
    return float(ctx.one(mine.agg(total=mine["amount"].sum()))["total"] or 0)


def _billed(ctx: Context) -> dict[tuple[str, str], float]:
    """All invoices and charges of twelve months, by customer and by service."""
    r = ctx.table("revenue")
    mine = r.filter(r["kind"].isin(["invoice", "chargeback"]) & this_year(ctx, r["month"]))
    out: dict[tuple[str, str], float] = {}
    for kind in ("customer", "service"):
        sums = mine.group_by(name=mine[kind]).agg(total=mine["amount"].sum()).order_by("name")
        out |= {(kind, str(row["name"])): float(row["total"]) for row in ctx.rows(sums)}
    return out


def bills(ctx: Context) -> list[Bill]:
    """The recount of every customer and service with a contract: due against invoiced."""
    found: list[Bill] = ctx.value("bills", _bills)
    return found


def _bills(ctx: Context) -> list[Bill]:
    contracts = _contracts(ctx)
    tiers = _tiers(ctx)
    used = _by_cell(ctx, "usage", "units")
    paid, disputed = _by_cell(ctx, "revenue", "paid"), _by_cell(ctx, "revenue", "disputed")
    last = last_month(ctx)
    whole = _whole_months(paid)
    out = []
    for cell in sorted(contracts):
        if cell not in paid and cell not in used:
            continue
        units = used.get(cell, np.zeros(YEAR))
        due, rated = np.zeros(YEAR), np.zeros(YEAR, dtype=bool)
        for i in range(YEAR):
            valid = [c for c in contracts[cell] if _whole(c, last - YEAR + 1 + i)]
            rated[i] = bool(valid) and bool(whole[i])
            due[i] = sum(_due(c, float(units[i]), tiers.get(c["id"], [])) for c in valid)
        if rated.any():
            names = {
                c["id"]: np.array([_whole(c, last - YEAR + 1 + i) for i in range(YEAR)])
                for c in contracts[cell]
            }
            zero = np.zeros(YEAR)
            out.append(Bill(*cell, names, due, paid.get(cell, zero), disputed.get(cell, zero),
                            rated, units))  # fmt: skip
    return out


def _whole_months(paid: dict[tuple[str, str], Array]) -> Array:
    """Months from the first to the last whose invoices are in, of half the usual customers.

    The edge of the records, where invoices are not booked yet or not kept, is no leakage; a
    month without invoices between two with them is.
    """
    billed = np.sum([series != 0 for series in paid.values()], axis=0) if paid else np.zeros(YEAR)
    usual = float(np.median(billed[billed > 0])) if (billed > 0).any() else 0.0
    full = np.flatnonzero((billed > 0) & (billed >= usual / 2))
    month = np.arange(YEAR)
    return (month >= full[0]) & (month <= full[-1]) if len(full) else np.zeros(YEAR, dtype=bool)


def _contracts(ctx: Context) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Price contracts by service and customer; a subscription only where there is no contract."""
    a = ctx.table("agreement")
    begin = month_day(last_month(ctx) - YEAR + 1)
    mine = a.filter(
        a["kind"].isin(["contract", "subscription"]) & a["customer"].notnull()
        & a["service"].notnull() & (a["end"].isnull() | (a["end"] >= begin))
        & (a["price_month"].notnull() | a["overage_price"].notnull())
    )  # fmt: skip
    out: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in ctx.rows(mine.order_by("id")):
        out[row["service"], row["customer"]].append(row)
    for cell, rows in out.items():
        firm = [row for row in rows if row["kind"] == "contract"]
        out[cell] = firm or rows
    return dict(out)


def _whole(contract: dict[str, Any], month: int) -> bool:
    """Whether a contract was valid for the whole of a month."""
    first, end = month_day(month), month_day(month + 1)
    last = date.fromordinal(end.toordinal() - 1)
    begun = contract["start"] is None or contract["start"] <= first
    return begun and (contract["end"] is None or contract["end"] >= last)


def _tiers(ctx: Context) -> dict[str, list[tuple[float, float]]]:
    """Steps of price by agreement: from how many units, at which price."""
    if not ctx.has("agreement_tier"):
        return {}
    t = ctx.table("agreement_tier")
    out: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in ctx.rows(t.order_by("agreement", "from_units")):
        out[row["agreement"]].append((float(row["from_units"]), float(row["unit_price"])))
    return out


def _due(contract: dict[str, Any], units: float, tiers: list[tuple[float, float]]) -> float:
    """The month's price: the base, and what was used beyond what it includes, step by step."""
    base = float(contract["price_month"] or 0)
    included = float(contract["included_units"] or 0)
    if not tiers:
        return base + float(contract["overage_price"] or 0) * max(0.0, units - included)
    ends = [start for start, _ in tiers[1:]] + [float("inf")]
    steps = (
        price * max(0.0, min(units, end) - max(start, included))
        for (start, price), end in zip(tiers, ends, strict=True)
    )
    return base + sum(steps)


def _by_cell(ctx: Context, table: str, what: str) -> dict[tuple[str, str], Array]:
    """Units used, or money invoiced or disputed, by service and customer over twelve months."""
    t = ctx.table(table)
    t = t.filter(this_year(ctx, t["month"]) & t["customer"].notnull())
    if table == "usage":
        t = t.mutate(amount_=t["units"])
    elif what == "paid":
        t = t.filter(t["kind"].isin(["invoice", "chargeback"]) & ~t["one_off"].fill_null(False))
        credits = ctx.value("credits", _credits)
        t = t.filter(t["amount"] > 0) if not credits else t
        t = t.mutate(amount_=t["amount"].cast("float64"))
    else:
        t = t.filter(t["kind"] == "disputed")
        t = t.mutate(amount_=t["amount"].abs().cast("float64"))
    got = ctx.arrays(
        t.group_by("service", "customer", "month").agg(v=t["amount_"].sum())
        .order_by("service", "customer", "month")
    )  # fmt: skip
    first = last_month(ctx) - YEAR + 1
    out: dict[tuple[str, str], Array] = defaultdict(lambda: np.zeros(YEAR))
    place = index_of(got["month"]) - first
    for s, c, i, v in zip(got["service"], got["customer"], place, got["v"], strict=True):
        out[str(s), str(c)][i] += float(v)
    return dict(out)


def _credits(ctx: Context) -> bool:
    """Whether credits are a kind of their own; else negative amounts are credits."""
    r = ctx.table("revenue")
    credit = r.filter(r["kind"] == "credit")
    return bool(ctx.one(credit.agg(n=credit.count()))["n"])


MEASURE = Measure(
    id="MG-04",
    indicator="growth_value",
    key=False,
    title="Realised price per unit and leakage",
    formula=(
        "price = R / U; leakage = sum over customer-months of max(0, due - invoiced) / R, due ="
        " agreement.price_month + agreement.overage_price x max(0, usage.units - "
        "agreement.included_units) for agreements valid in the month, invoiced = sum of "
        "revenue.amount with revenue.kind in (invoice, chargeback); money = 12 months"
    ),
    tables=("revenue", "usage", "agreement"),
    unit="share of revenue",
    direction="down",
    grain=("customer", "agreement", "service"),
    n_min="all invoices of the period",
    method="full recount (grade A); XmR for the price",
    target=0.01,
    limit=0.03,
    caveats=(
        "credits and disputes are not leakage; steps beyond one overage price need the missing "
        "tier table; contract price = agreement.price_month of kind contract; kind subscription"
        " only where the customer has no contract for the service"
    ),
    tier=5,
    judge=judge,
    needs=(
        "agreement.customer",
        "agreement.service",
        "agreement.price_month",
        "usage.customer",
        "revenue.customer",
    ),
    uses=(
        "agreement.included_units",
        "agreement.overage_price",
        "agreement_tier",
        "revenue.one_off",
    ),
)
