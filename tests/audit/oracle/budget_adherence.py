"""The measures of the budget to the letter, in plain pandas (a second computation)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.audit.oracle.money_reading import Book, Frame, Said, approved_price, spent, told

QUIET = pd.Timedelta(days=90)
WINDOW = pd.Timedelta(days=60)


def financial_year(book: Book) -> tuple[pd.Period, pd.Period]:
    """The twelve months around the last closed one that end with the month the budgets end in."""
    end = book.last
    top = book("budget").mo.max()
    month = top.month if top >= book.last else 12
    while end.month != month:
        end += 1
    return end - 11, end


def budget(book: Book) -> Frame:
    """The rows of the version of a line and month that was approved last."""
    rows = book("budget").sort_values(["approved_at", "version"], na_position="first")
    key = ["line", "service", "month"]
    last = rows.groupby(key, dropna=False).tail(1)[[*key, "version"]]
    return rows.merge(last, on=[*key, "version"])


def to_date(book: Book, rows: Frame, until: pd.Period | None = None) -> Frame:
    first, _ = financial_year(book)
    return rows[(rows.mo >= first) & (rows.mo <= (until or book.last))]


def of_lines(book: Book) -> tuple[Frame, Frame]:
    """Cost and budget of the budgeted lines, with the budget's service on the cost."""
    planned, cost = budget(book), spent(book)
    place = planned.groupby("line").service.first()
    cost = cost[cost.line.isin(place.index)]
    return cost.assign(place=cost.line.map(place)), planned


def mb01(book: Book) -> Said:
    cost, planned = of_lines(book)
    cost, planned = to_date(book, cost), to_date(book, planned)
    by = {}
    for kind, own in (("line", "line"), ("service", "place")):
        base = planned.groupby(kind).amount.sum()
        paid = cost.groupby(own).amount.sum().reindex(base.index).fillna(0)
        by |= {(kind, str(k)): float(v) for k, v in (paid / base - 1).items()}
    return Said(cost.amount.sum() / planned.amount.sum() - 1, by)


def mb02(book: Book) -> Said:
    """Price and efficiency parts by line, of the months with a quantity and a standard."""
    cost, planned = of_lines(book)
    cost, planned = to_date(book, cost), to_date(book, planned)
    used = book("usage").groupby(["service", "mo"]).units.sum()
    parts: dict[str, float] = {}
    base: dict[str, float] = {}
    home: dict[str, str | None] = {}
    for line, rows in planned.groupby("line"):
        paid = cost[cost.line == line].groupby("mo")[["amount", "quantity"]].sum(min_count=1)
        both = rows.set_index("mo").join(paid, rsuffix="_paid")
        both = both[both.quantity.notna()]
        price = (both.amount_paid - both.standard_price * both.quantity).sum()
        parts[line] = price + _efficiency(both, rows, used)
        base[line], home[line] = both.amount.sum(), rows.service.iloc[0]
    by = {("line", line): parts[line] / base[line] for line in parts if base[line]}
    for service in {s for s in home.values() if isinstance(s, str)}:
        mine = [line for line in parts if home[line] == service]
        by["service", service] = sum(parts[i] for i in mine) / sum(base[i] for i in mine)
    return Said(sum(parts.values()) / sum(base.values()), by)


def _efficiency(both: Frame, rows: Frame, used: pd.Series) -> float:
    """Quantity beyond what the use allowed, where the budget says for how many units it is."""
    if both.planned_units.isna().any() or len(both) < len(rows):
        return 0.0
    service = rows.service.iloc[0]
    units = sum(used.get((service, month), 0.0) for month in both.index)
    allowed = both.standard_quantity.sum() * units / both.planned_units.sum()
    money = (both.standard_price * both.standard_quantity).sum()
    return float((both.quantity.sum() - allowed) * money / both.standard_quantity.sum())


def mb03(book: Book) -> Said:
    cost, planned = of_lines(book)
    promised = book("commitment")
    promised = promised[~(promised.expires < book.today)]
    promised = promised[promised.line.isin(planned.line)]
    cost, planned = to_date(book, cost), to_date(book, planned, financial_year(book)[1])

    def share(paid: Frame, open_: Frame, plan: Frame) -> float:
        expected = plan.amount[plan.mo <= book.last].sum()
        over = paid.amount.sum() + open_.open_amount.sum() - expected
        return float(over / plan.amount.sum())

    by = {
        ("line", str(line)): share(cost[cost.line == line], promised[promised.line == line], rows)
        for line, rows in planned.groupby("line")
    }
    return Said(share(cost, promised, planned), by)


def mb05(book: Book) -> Said:
    rows = book("forecast")
    rows = rows[rows.made_on.dt.to_period("M") <= rows.mo]
    paid = book("cost").groupby(["line", "mo"]).amount.sum().rename("paid").reset_index()
    both = book.year(rows.merge(paid, on=["line", "mo"]))
    off, whole = (both.amount - both.paid).abs(), both.paid.abs()
    by = told("line", both.line, lambda at: float(off[at].sum() / whole[at].sum()))
    return Said(off.sum() / whole.sum(), by, both.made_on.nunique())


def mb06(book: Book) -> Said:
    cost = book.year(spent(book))
    lost = cost.home.isna() & cost.owner.isna() & cost.allocation_key.isna()
    gone = cost.amount.where(lost, 0.0)
    by = told("line", cost.line, lambda at: float(gone[at].sum() / cost.amount[at].sum()))
    return Said(gone.sum() / cost.amount.sum(), by)


def mb08(book: Book) -> Said:
    rows = book("licence").groupby("product").sum(numeric_only=True)
    spare = np.maximum(rows.reserved, np.floor(0.05 * rows.used_90d))
    unused = np.maximum(0, rows.entitled - rows.used_90d - spare)
    surely = np.maximum(0, unused - np.maximum(0, rows.entitled - rows.usage_seen))
    held = rows.entitled.sum()
    by = {("product", str(k)): float(v) for k, v in (unused / rows.entitled).items()}
    return Said(unused.sum() / held, by, held, surely.sum() / held)


def mb09(book: Book) -> Said:
    rows, people = book("asset"), book("person").set_index("id")
    rows = rows[~(rows.spare == True)]  # noqa: E712
    old = book.today - QUIET
    idle = (rows.state == "in_stock") & (rows.state_since < old)
    idle |= rows.assigned_to.map(people.left_on) < book.today
    idle |= (rows.state == "disposed") & (rows.cost_month > 0)
    idle |= rows.last_used < old
    lost = rows.cost_month.where(idle, 0.0)
    by = {}
    for kind, names in (("category", rows["class"]), ("team", rows.assigned_to.map(people.team))):
        by |= told(kind, names, lambda at: float(lost[at].sum() / rows.cost_month[at].sum()))
    return Said(lost.sum() / rows.cost_month.sum(), by, len(rows))


def mb10(book: Book) -> Said:
    """Live services that nobody used in three months; twins are judged by other tests."""
    rows = book("usage")
    rows = rows[(rows.mo > book.last - 13) & (rows.mo <= book.last)]
    used = rows.groupby(["service", "mo"]).units.sum().unstack().fillna(0)
    paid = book.year(spent(book)).groupby("home").amount.sum()
    small = max(1000.0, 0.005 * book.year(book("cost")).amount.sum()) / 10
    service = book("service").set_index("id")
    dead = [
        name
        for name, units in used.iterrows()
        if service.state[name] == "live"
        and service.annual_job[name] is not True
        and (units.iloc[-3:] < 0.01 * units.max()).all()
        and paid.get(name, 0) > small
    ]
    by = {("service", str(name)): float(paid[name]) for name in dead}
    return Said(sum(by.values()), by)


def worked(book: Book) -> Frame:
    """The work of the period with its money."""
    rows = book("worklog")
    rows = rows[book.inside(rows.started_at)].copy()
    rows["money"] = rows.minutes / 60 * rows.rate.fillna(approved_price(book, "work_hour"))
    return rows


def mb11(book: Book) -> Said:
    log, events = worked(book), book("event")
    events = events[events.entity == "record"]
    solved = events[events.activity == "resolved"].groupby("entity_id").at_occurred.min()
    held = events[events.team.notna() & events.entity_id.isin(log.record)]
    held = held.sort_values(["entity_id", "at_occurred", "seq"])
    before = held.groupby("entity_id").team.shift()
    moved = held[before.notna() & (held.team != before)].groupby("entity_id").size()
    late = log.money.where(log.started_at > log.record.map(solved), 0.0)
    rows = log.groupby("record")[["minutes", "money"]].sum()
    home = book("record").set_index("id").reindex(rows.index)
    extra = (moved - 1).clip(lower=0).reindex(rows.index).fillna(0)
    each = home.team.map(_setup(book, events))
    again = late.groupby(log.record).sum() + extra * each * rows.money / rows.minutes
    by = {}
    for kind in ("team", "category"):
        share = again.groupby(home[kind]).sum() / rows.money.groupby(home[kind]).sum()
        by |= {(kind, str(k)): float(v) for k, v in share.items()}
    return Said(again.sum() / rows.money.sum(), by, int((again > 0).sum()))


def _setup(book: Book, events: Frame) -> pd.Series:
    """Minutes from being given a record to the next work of that team: its median, 30 at most."""
    given = events[(events.activity == "assigned") & events.team.notna()]
    given = given[["entity_id", "team", "at_occurred"]].sort_values("at_occurred")
    log = book("worklog").rename(columns={"record": "entity_id"})
    log = log[["entity_id", "team", "started_at"]].sort_values("started_at")
    both = pd.merge_asof(
        given, log, left_on="at_occurred", right_on="started_at", by=["entity_id", "team"],
        direction="forward",
    ).dropna()  # fmt: skip
    minutes = (both.started_at - both.at_occurred).dt.total_seconds() / 60
    return minutes.groupby(both.team).median().clip(upper=30)


def mb12_direct(book: Book) -> float:
    """What failed changes cost before any incident that followed them."""
    rows = book("change")
    rows = rows[rows.outcome.isin(["failed", "backed_out"]) & book.inside(rows.end)]
    log = book("worklog")
    money = log.minutes / 60 * log.rate.fillna(approved_price(book, "work_hour"))
    work = money.groupby(log.record).sum().reindex(rows.record).fillna(0).sum()
    down = rows.actual_downtime_h.fillna(0).sum() * approved_price(book, "downtime_hour")
    return float(work + down)


def mb13(book: Book) -> Said:
    log = book("worklog")
    log = log[book.inside(log.started_at)]
    late = log.minutes.where(log.overtime.eq(True), 0.0)
    by = told("team", log.team, lambda at: float(late[at].sum() / log.minutes[at].sum()))
    return Said(late.sum() / log.minutes.sum(), by)


def mb14(book: Book) -> Said:
    """Silent renewals of what we buy, purchases without contract, promises past their day."""
    rows, bought, open_ = book("agreement"), book("purchase"), book("commitment")
    near = (rows.notice_by >= book.first) & (rows.notice_by <= book.today + WINDOW)
    held = rows.supplier.notna() | rows.customer.isna()
    lost = rows[near & held & rows.auto_renew.eq(True) & rows.renewal_decided_on.isna()]
    money: dict[tuple[str, str], float] = defaultdict(float)
    for row in lost.itertuples():
        money["agreement", row.id] += 12 * row.price_month
        money["supplier", row.supplier] += 12 * row.price_month
    loose = bought[book.inside(bought["at"]) & bought.agreement.isna() & bought.supplier.notna()]
    for row in loose[loose.amount > 0].itertuples():
        day, own = row.at.tz_localize(None).normalize(), rows[rows.supplier == row.supplier]
        if not (~(own.start > day) & ~(own.end < day)).any():
            money["supplier", row.supplier] += row.amount
    stale = open_[(open_.expires < book.today) & ~open_.agreement.isin(lost.id)]
    for row in stale.itertuples():
        money["agreement", row.agreement] += row.open_amount
    whole = sum(v for (kind, _), v in money.items() if kind == "supplier")
    return Said(whole + stale.open_amount.sum(), dict(money), len(rows))


def mb15(book: Book) -> Said:
    """Labour of each service, and of a team where told, by the minutes on completed records.

    Minutes at their rate where no pool of cost is recorded.
    """
    rows, cost = book("record"), book.year(spent(book))
    rows = rows[rows.resolved_at.notna() & (rows.state != "cancelled")].copy()
    rows["mo"] = rows.resolved_at.dt.tz_convert(book.zone).dt.tz_localize(None).dt.to_period("M")
    rows = book.year(rows).copy()
    rows["minutes"] = rows.id.map(book("worklog").groupby("record").minutes.sum()).fillna(0.0)
    if not cost.pool.notna().any():
        log = book("worklog")
        rated = log.minutes / 60 * log.rate.fillna(approved_price(book, "work_hour"))
        money = rows.id.map(rated.groupby(log.record).sum()).fillna(0.0)
        return Said(money.mean(), n=len(rows))
    money = pd.Series(0.0, index=rows.index)
    labour = cost[(cost.pool == "labour") & (cost.home.notna() | cost.team.notna())]
    for (home, team, month), part in labour.groupby(["home", "team", "mo"], dropna=False):
        at = rows.mo == month
        at &= (rows.service == home) if isinstance(home, str) else True
        at &= (rows.team == team) if isinstance(team, str) else True
        if rows.minutes[at].sum() > 0:
            money[at] += part.amount.sum() * rows.minutes[at] / rows.minutes[at].sum()
    by = told("team", rows.team, lambda at: float(money[at].mean()))
    by |= told("category", rows.category, lambda at: float(money[at].mean()))
    return Said(money.mean(), by, len(rows))


def mb16(book: Book) -> Said:
    """The last month of the financial year against the mean month of two whole years."""
    rows = book("cost")
    rows = rows[rows.discretionary.eq(True) & (rows.mo > book.last - 24) & (rows.mo <= book.last)]
    months = pd.period_range(book.last - 23, book.last, freq="M")
    ends = months.month == financial_year(book)[1].month

    def rush(part: Frame) -> float:
        spend = part.groupby("mo").amount.sum().reindex(months).fillna(0)
        return float(spend[ends].mean() / spend.mean())

    return Said(rush(rows), {("line", str(k)): rush(part) for k, part in rows.groupby("line")})


MEASURES: dict[str, Callable[[Book], Said]] = {
    "MB-01": mb01, "MB-02": mb02, "MB-03": mb03, "MB-05": mb05, "MB-06": mb06, "MB-08": mb08,
    "MB-09": mb09, "MB-10": mb10, "MB-11": mb11, "MB-13": mb13, "MB-14": mb14, "MB-15": mb15,
    "MB-16": mb16,
}  # fmt: skip
