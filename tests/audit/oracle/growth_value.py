"""The measures of growth to the letter, in plain pandas (a second computation)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.audit.oracle.money_reading import Book, Frame, Said, recurring, spent, told

POOLS = ["hardware", "cloud", "software", "facilities"]


def growth(book: Book, rows: Frame, column: str) -> Said:
    """The last twelve months over the twelve before, less one."""
    now, before = book.year(rows), book.year(rows, 1)

    def over(mine: Any, base: Any) -> float:
        return float(mine[column].sum() / base[column].sum() - 1)

    by = {
        (kind, name): over(now[now[kind] == name], part)
        for kind in ("service", "customer")
        for name, part in before.groupby(kind)
        if part[column].sum() > 0
    }
    return Said(over(now, before), by)


def mg01(book: Book) -> Said:
    return growth(book, recurring(book), "amount")


def mg02(book: Book) -> Said:
    return growth(book, book("usage"), "units")


def mg03(book: Book) -> Said:
    cell = ["service", "customer", "mo"]
    money = recurring(book).groupby(cell).amount.sum()
    rows = pd.concat([money, book("usage").groupby(cell).units.sum()], axis=1).dropna()
    rows = rows[(rows > 0).all(axis=1)].reset_index()
    model = book("service").set_index("id").revenue_model
    rows = rows[~rows.service.map(model).isin(["flat", "none"])]
    before = rows.assign(mo=rows.mo + 12)
    both = rows.merge(before, on=cell, suffixes=("", "_0"))
    both = both[both.mo <= book.last]
    both["y"] = np.log(both.amount / both.amount_0)
    both["x"] = np.log(both.units / both.units_0)

    def slope(part: Frame) -> float:
        own = part.groupby("service")
        x, y = part.x - own.x.transform("mean"), part.y - own.y.transform("mean")
        return float((x * y).sum() / (x * x).sum())

    by = {("service", s): slope(part) for s, part in both.groupby("service")}
    return Said(slope(both), by, len(both))


def mg04(book: Book) -> Said:
    """Leakage of the contracts that are valid for whole months."""
    due = _due(book)
    rows = book.year(book("revenue"))
    rows = rows[rows.kind.isin(["invoice", "chargeback"])]
    kept = rows[~(rows.one_off == True) & (rows.amount > 0)]  # noqa: E712
    paid = kept.groupby(["service", "customer", "mo"]).amount.sum()
    disputed = book.year(book("revenue"))
    disputed = disputed[disputed.kind == "disputed"]
    open_ = disputed.amount.abs().groupby(
        [disputed.service, disputed.customer, disputed.mo]
    ).sum()  # fmt: skip
    gone: dict[tuple[str, str], float] = defaultdict(float)
    for (service, customer, month), money in due.items():
        key = service, customer, month
        short = max(0.0, money - paid.get(key, 0.0) - open_.get(key, 0.0))
        for unit in (("*", ""), ("service", service), ("customer", customer)):
            gone[unit] += short if short > 0.01 else 0.0
    by = {
        (kind, name): gone[kind, name] / part.amount.sum()
        for kind in ("service", "customer")
        for name, part in rows.groupby(kind)
    }
    return Said(gone["*", ""] / rows.amount.sum(), by)


def _due(book: Book) -> dict[tuple[str, str, pd.Period], float]:
    rows = book("agreement")
    rows = rows[rows.kind.isin(["contract", "subscription"]) & rows.customer.notna()]
    rows = rows[rows.price_month.notna()]
    firm = set(rows[rows.kind == "contract"][["service", "customer"]].itertuples(index=False))
    used = book("usage").groupby(["service", "customer", "mo"]).units.sum()
    steps = dict(list(book("agreement_tier").sort_values("from_units").groupby("agreement")))
    out: dict[tuple[str, str, pd.Period], float] = defaultdict(float)
    for row in rows.itertuples():
        if row.kind == "subscription" and (row.service, row.customer) in firm:
            continue
        for back in range(12):
            month = book.last - back
            begun = pd.isna(row.start) or row.start <= month.start_time
            held = pd.isna(row.end) or row.end >= month.end_time.normalize()
            if begun and held:
                units = used.get((row.service, row.customer, month), 0.0)
                out[row.service, row.customer, month] += _price(row, units, steps.get(row.id))
    return out


def _price(row: Any, units: float, steps: Frame | None) -> float:
    """Base price and what goes beyond what it includes, by one price or by steps."""
    base, free = float(row.price_month), float(np.nan_to_num(row.included_units))
    if steps is None:
        return base + float(np.nan_to_num(row.overage_price)) * max(0.0, units - free)
    ends = [*steps.from_units[1:], np.inf]
    return base + sum(
        price * max(0.0, min(units, end) - max(start, free))
        for start, price, end in zip(steps.from_units, steps.unit_price, ends, strict=True)
    )


def mg05(book: Book) -> Said:
    """Unit cost by service; over all, this year's use at the unit cost of both years."""
    cost, usage = spent(book), book("usage")
    now = before = 0.0
    by = {}
    for service in sorted(set(usage.service) & set(cost.home.dropna())):
        mine, used = cost[cost.home == service], usage[usage.service == service]
        each = [book.year(mine, b).amount.sum() / book.year(used, b).units.sum() for b in (0, 1)]
        by["service", service] = each[0] / each[1] - 1
        now += each[0] * book.year(used).units.sum()
        before += each[1] * book.year(used).units.sum()
    return Said(now / before - 1, by)


def mg06(book: Book) -> Said:
    money, cost = book.year(recurring(book)), book.year(spent(book))
    cost = cost[(cost.behaviour == "variable") & cost.home.notna()]
    used = book("usage").groupby(["service", "mo", "customer"]).units.sum()
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for (service, month), amount in cost.groupby(["home", "mo"]).amount.sum().items():
        shares["service", service] += amount
        units = used.loc[service, month]
        if not units.sum():
            here = money[(money.service == service) & (money.mo == month)]
            units = here.groupby("customer").amount.sum() * 0 + 1
        for customer, part in (units / units.sum()).items():
            shares["customer", customer] += amount * part
    by = {
        (kind, name): 1 - shares[kind, name] / part.amount.sum()
        for kind in ("service", "customer")
        for name, part in money.groupby(kind)
    }
    return Said(1 - cost.amount.sum() / money.amount.sum(), by)


def mg07(book: Book) -> Said:
    """The slope of changes of revenue on changes of use, less that of cost (lag 0)."""
    money = recurring(book).groupby(["service", "mo"]).amount.sum()
    cost = spent(book).groupby(["home", "mo"]).amount.sum()
    units = book("usage").groupby(["service", "mo"]).units.sum()
    by, weight = {}, {}
    for service in units.index.unique(0):
        rows = pd.DataFrame({"r": money[service], "c": cost[service], "u": units[service]})
        step = rows.dropna().diff().dropna()
        by["service", service] = _slope(step.u, step.r) - _slope(step.u, step.c)
        weight["service", service] = rows.u.mean()
    total = sum(by[k] * weight[k] for k in by) / sum(weight.values())
    return Said(total, by)


def _slope(x: pd.Series, y: pd.Series) -> float:
    i, j = np.triu_indices(len(x), 1)
    dx, dy = x.to_numpy()[j] - x.to_numpy()[i], y.to_numpy()[j] - y.to_numpy()[i]
    return float(np.median(dy[dx != 0] / dx[dx != 0]))


def mg09(book: Book) -> Said:
    cost, room = book.year(spent(book)), book.year(book("capacity"))
    cost = cost[cost.pool.isin(POOLS)] if cost.pool.notna().any() else cost
    room = room[~(room.standby == True)]  # noqa: E712
    idle = whole = 0.0
    by = {}
    for kind, money in (("service", cost.home.where(cost.ci.isna())), ("ci", cost.ci)):
        for name, rows in room.groupby(kind):
            peak = rows.loc[rows.p95_units.idxmax()]
            share = max(0.0, 1 - peak.p95_units / (peak.target_utilisation * peak.max_units))
            amount = float(cost.amount[money == name].sum())
            idle, whole = idle + amount * share, whole + amount
            if amount > 0:
                by[kind, name] = share
    return Said(idle / whole, by)


def mg11(book: Book) -> Said:
    rows, benefit = book("investment").set_index("id"), book("benefit")
    rows = rows[(rows.benefit_mode > 0) & (rows.cancelled.eq(True) | (rows.go_live <= book.today))]
    brought = benefit[benefit.month <= book.today].groupby("investment").amount.sum()
    since = rows.go_live.where(rows.go_live.notna(), rows.decided_on)
    years = np.minimum((book.today - since).dt.days / 365.25, rows.life_months.fillna(36) / 12)
    rows = rows.assign(due=rows.benefit_mode * years, got=brought.reindex(rows.index).fillna(0))
    rows.loc[rows.cancelled.eq(True), "got"] = 0.0
    rows = rows[rows.due > 0]
    by = {("investment", str(i)): row.got / row.due for i, row in rows.iterrows()}
    for service, part in rows.groupby("service"):
        by["service", str(service)] = part.got.sum() / part.due.sum()
    return Said(rows.got.sum() / rows.due.sum(), by, len(rows))


def mg12(book: Book) -> Said:
    """Revenue of four quarters against spending of the four before (only where both are told)."""
    money, cost, put = recurring(book), spent(book), book("investment")
    put["mo"] = put.decided_on.dt.to_period("M")

    def more(rows: Frame, column: str, back: int) -> float:
        return float(book.year(rows, back)[column].sum() - book.year(rows, back + 1)[column].sum())

    return Said(more(money, "amount", 0) / (more(cost, "amount", 1) + more(put, "capex", 1)))


def mg15(book: Book) -> Said:
    money = book.year(recurring(book))
    share = money.groupby("customer").amount.sum() / money.amount.sum()
    return Said(float(share.max()), n=len(share))


def mg16(book: Book) -> Said:
    """A month's mean over the twelve months of the period."""
    rows = book.year(book("lost_demand"))
    worth = rows["count"] * rows.average_value / 12
    by = told("service", rows.service, lambda at: float(worth[at].sum()))
    return Said(float(worth.sum()), by, rows["count"].sum())


MEASURES: dict[str, Callable[[Book], Said]] = {
    "MG-01": mg01, "MG-02": mg02, "MG-03": mg03, "MG-04": mg04, "MG-05": mg05, "MG-06": mg06,
    "MG-07": mg07, "MG-09": mg09, "MG-11": mg11, "MG-15": mg15, "MG-16": mg16,
}  # fmt: skip
