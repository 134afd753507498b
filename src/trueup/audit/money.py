"""Money by months: closed months, the financial year, homes of cost, budgets, revenue, prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import Silent
from trueup.core import evidence

Array = np.ndarray[Any, Any]
YEAR = 12
HOPS = 5
EPOCH = date(1970, 1, 1)
DECEMBER = 12
EXTERNAL = ("invoice", "credit", "disputed")


# -- months ----------------------------------------------------------------------------------
def last_month(ctx: Context) -> int:
    """The last month whose last day has come, in the period and as of (months since 1970)."""
    day = min(ctx.period.last, ctx.today)
    index = (day.year - 1970) * YEAR + day.month - 1
    return index if day >= _last_day(index) else index - 1


def month_day(index: int) -> date:
    """The first day of a month."""
    return date(1970 + index // YEAR, index % YEAR + 1, 1)


def _last_day(index: int) -> date:
    return date.fromordinal(month_day(index + 1).toordinal() - 1)


def months_in(column: Any, first: int, last: int) -> Any:
    """Whether a month column lies from one month to another, both included."""
    return (column >= month_day(first)) & (column < month_day(last + 1))


def this_year(ctx: Context, column: Any) -> Any:
    """Whether a month column lies in the last twelve closed months."""
    last = last_month(ctx)
    return months_in(column, last - YEAR + 1, last)


def months_before(day: date, months: int) -> date:
    """The same day some months earlier, the last of the month where that day is not there."""
    index = (day.year - 1970) * YEAR + day.month - 1 - months
    return min(date.fromordinal(month_day(index).toordinal() + day.day - 1), _last_day(index))


def index_of(column: Array) -> Array:
    """Days as months since 1970."""
    return np.asarray(column.astype("datetime64[M]").astype(np.int64))


def per_year(ctx: Context) -> float:
    """What turns an amount of the period into one of a year; whole months count as such."""
    return YEAR / months_of(ctx)


def months_of(ctx: Context) -> float:
    """How many months the period has, by the calendar where it begins and ends with one."""
    first, last = ctx.period.first, ctx.period.last
    after = date.fromordinal(last.toordinal() + 1)
    if first.day == after.day == 1:
        return float((after.year - first.year) * YEAR + after.month - first.month)
    return ctx.period.days / 365.25 * YEAR


@dataclass(frozen=True, slots=True)
class Panel:
    """Cells by months: `keys` name the cells, `seen` says where a row was recorded."""

    keys: list[tuple[str, ...]]
    first: int
    values: dict[str, Array]
    seen: Array

    def where(self, mask: Array) -> Panel:
        """The cells for which the mask holds."""
        keys = [key for key, keep in zip(self.keys, mask, strict=True) if keep]
        return Panel(
            keys, self.first, {n: v[mask] for n, v in self.values.items()}, self.seen[mask]
        )

    def named(self, place: int) -> Array:
        """One part of the keys as an array."""
        return np.array([key[place] for key in self.keys], dtype=object)


def panel(
    got: dict[str, Array], keys: tuple[str, ...], columns: tuple[str, ...], first: int, last: int
) -> Panel:
    """Sums of the columns by cell and month, dense from the first month to the last."""
    width = last - first + 1
    at = index_of(got["month"]) - first
    inside = (at >= 0) & (at < width)
    parts = [["" if v is None else str(v) for v in got[k][inside].tolist()] for k in keys]
    rows = list(zip(*parts, strict=True))
    names = sorted(set(rows))
    place = {name: i for i, name in enumerate(names)}
    cell = np.fromiter((place[r] for r in rows), np.int64, len(rows)) * width + at[inside]
    size = len(names) * width
    shape = (len(names), width)
    values = {
        c: np.bincount(cell, np.nan_to_num(got[c][inside].astype(float)), size).reshape(shape)
        for c in columns
    }
    seen = np.bincount(cell, minlength=size).reshape(shape) > 0
    return Panel(names, first, values, seen)


# -- rows and prices -------------------------------------------------------------------------
def row_id(rows: Any, table: str) -> Any:
    """The id of a row: its id column, else its required columns joined by a bar (schema head)."""
    required = [column.name for column in evidence.TABLES[table].columns if column.required]
    if "id" in required:
        return rows["id"].cast("string")
    joined = rows[required[0]].cast("string")
    for name in required[1:]:
        joined = joined + "|" + rows[name].cast("string")
    return rows["id"].coalesce(joined) if evidence.TABLES[table].has("id") else joined


def price(ctx: Context, item: str, service: Any, day: Any) -> Any:
    """The approved price of an item valid on a day: the service's own, else the general one."""
    rows = ctx.value(f"prices:{item}", lambda ctx: _prices(ctx, item))
    branches = []
    for row in rows:
        valid = day >= row["valid_from"]
        if row["service"] is not None:
            valid = valid & (service == row["service"])
        branches.append((valid.fill_null(False), float(row["amount"])))
    if not branches:
        return ibis.null().cast("float64")
    return ibis.cases(*branches, else_=ibis.null().cast("float64"))


def _prices(ctx: Context, item: str) -> list[dict[str, Any]]:
    if not ctx.has("price_list.approved_by"):
        return []
    table = ctx.table("price_list")
    mine = table.filter((table["item"] == item) & table["approved_by"].notnull())
    rows = ctx.rows(mine.order_by(ibis.desc("valid_from"), "service"))
    return sorted(rows, key=lambda row: row["service"] is None)


def materiality(ctx: Context) -> float:
    """max(0.5 % of the audited yearly cost, 1,000) in the manifest's currency (0.2)."""

    def read(ctx: Context) -> float:
        floor = float(ctx.params["materiality_money"])
        if not ctx.has("cost"):
            return floor
        cost = ctx.table("cost")
        inside = (cost["month"] >= ctx.period.first) & (cost["month"] <= ctx.period.last)
        total = ctx.one(cost.filter(inside).agg(total=cost["amount"].sum()))["total"]
        return max(
            floor, float(ctx.params["materiality_share"]) * float(total or 0) * per_year(ctx)
        )

    amount: float = ctx.value("materiality", read)
    return amount


# -- cost ------------------------------------------------------------------------------------
def homed_cost(ctx: Context) -> Any:
    """All cost rows with ``home``: their service, else that of their item or their agreement."""
    return ctx.shared("homed_cost", _homed_cost)


def _homed_cost(ctx: Context) -> Any:
    cost, agreement = ctx.table("cost"), ctx.table("agreement")
    by_ci = ci_homes(ctx)
    by_agreement = agreement.select(aid="id", via_agreement="service").distinct()
    joined = cost.left_join(by_ci, cost["ci"] == by_ci["cid"])
    joined = joined.left_join(by_agreement, joined["agreement"] == by_agreement["aid"])
    home = joined["service"].coalesce(joined["via_ci"]).coalesce(joined["via_agreement"])
    return joined.mutate(home=home, row=row_id(joined, "cost")).drop(
        "cid", "via_ci", "aid", "via_agreement"
    )


def ci_homes(ctx: Context) -> Any:
    """The service each item stands under (columns cid, via_ci), through a few relations."""
    return ctx.shared("ci_homes", lambda ctx: ctx.backend.memory(_ci_homes(ctx)))


def _ci_homes(ctx: Context) -> pa.Table:
    relation, service = ctx.table("relation"), ctx.table("service")
    today = ctx.today
    valid = relation.filter(
        (relation["valid_from"].isnull() | (relation["valid_from"] <= today))
        & (relation["valid_to"].isnull() | (relation["valid_to"] >= today))
    )
    edges = ctx.arrays(valid.select("parent", "child").distinct().order_by("parent", "child"))
    services = ctx.arrays(service.select("id").order_by("id"))["id"].astype(str)
    parent, child = edges["parent"].astype(str), edges["child"].astype(str)
    names, code = np.unique(np.concatenate([services, parent, child]), return_inverse=True)
    n = len(services)
    home = np.full(len(names), len(names))
    home[code[:n]] = code[:n]
    up, down = code[n : n + len(parent)], code[n + len(parent) :]
    for _ in range(HOPS):
        free = (home[down] == len(names)) & (home[up] < len(names))
        np.minimum.at(home, down[free], home[up][free])
    known = np.flatnonzero(home < len(names))
    return pa.table(
        {
            "cid": pa.array(names[known].tolist(), pa.string()),
            "via_ci": pa.array(names[home[known]].tolist(), pa.string()),
        }
    )


def service_cost(ctx: Context) -> dict[str, float]:
    """The cost of the last twelve closed months by service."""

    def read(ctx: Context) -> dict[str, float]:
        cost = homed_cost(ctx)
        mine = cost.filter(this_year(ctx, cost["month"]) & cost["home"].notnull())
        rows = ctx.rows(mine.group_by("home").agg(amount=mine["amount"].sum()).order_by("home"))
        return {row["home"]: float(row["amount"]) for row in rows}

    found: dict[str, float] = ctx.value("service_cost", read)
    return found


def yearly_cost(ctx: Context) -> float:
    """All cost of the last twelve closed months."""

    def read(ctx: Context) -> float:
        cost = ctx.table("cost")
        mine = cost.filter(this_year(ctx, cost["month"]))
        return float(ctx.one(mine.agg(total=mine["amount"].sum()))["total"] or 0)

    total: float = ctx.value("yearly_cost", read)
    return total


# -- budget ----------------------------------------------------------------------------------
def financial_year(ctx: Context) -> tuple[int, int]:
    """First and last month of the financial year in which the last closed month lies.

    It ends with the month in which the budgets end; without a budget with December.
    """

    def read(ctx: Context) -> tuple[int, int]:
        last, end = last_month(ctx), DECEMBER
        if ctx.has("budget"):
            budget = ctx.table("budget")
            top = ctx.one(budget.agg(top=budget["month"].max()))["top"]
            if top is not None and (top.year - 1970) * YEAR + top.month - 1 >= last:
                end = top.month
        close = last + (end - 1 - last % YEAR) % YEAR
        return close - YEAR + 1, close

    found: tuple[int, int] = ctx.value("financial_year", read)
    return found


def closing_month(ctx: Context) -> int:
    """The month (1 to 12) in which unspent money lapses: where future budgets end, else 12."""
    _, close = financial_year(ctx)
    return close % YEAR + 1 if close > last_month(ctx) else DECEMBER


def budget_rows(ctx: Context) -> Any:
    """The budget in force: of several versions of a line and month the last approved one."""
    return ctx.shared("budget_rows", _budget_rows)


def _budget_rows(ctx: Context) -> Any:
    budget = ctx.table("budget")
    stamp = budget["approved_at"].coalesce(ctx.instant(_midnight()))
    window = ibis.window(
        group_by=["line", "service", "month"],
        order_by=[ibis.desc(stamp), ibis.desc(budget["version"].fill_null(""))],
    )
    marked = budget.mutate(chosen=budget["version"].fill_null("").first().over(window))
    kept = marked.filter(marked["version"].fill_null("") == marked["chosen"])
    return kept.mutate(row=row_id(kept, "budget")).drop("chosen")


def _midnight() -> Any:
    return np.datetime64("1970-01-01", "us").item()


@dataclass(frozen=True, slots=True)
class Plan:
    """Actual and planned money by budget cell (line, service) and month, with quantities.

    `actual`, `quantity` are of the cost, `planned`, `price_quantity` (standard price times
    standard quantity), `standard` (quantity), `output` (planned units) of the budget.
    """

    cells: Panel
    budgeted: Array
    loose: float

    def __getitem__(self, name: str) -> Array:
        return self.cells.values[name]


def plan(ctx: Context) -> Plan:
    """Cost against budget by month, from the first month recorded to the end of the year."""
    found: Plan = ctx.value("plan", _plan)
    return found


def _plan(ctx: Context) -> Plan:
    rows, cost = budget_rows(ctx), homed_cost(ctx)
    homes = rows.group_by("line").agg(services=rows["service"].nunique(), one=rows["service"].max())
    first, end = _reach(ctx)
    budget = rows.mutate(
        standard_money=rows["standard_price"] * rows["standard_quantity"],
        known=(rows["standard_price"].notnull() & rows["standard_quantity"].notnull()),
    )
    planned = budget.group_by("line", "service", "month").agg(
        planned=budget["amount"].sum(), standard_money=budget["standard_money"].sum(),
        standard=budget["standard_quantity"].sum(), output=budget["planned_units"].sum(),
        known=budget["known"].cast("int64").sum(), rows=budget.count(),
    )  # fmt: skip
    lines = homes.rename(bline="line")
    spent = cost.filter(cost["line"].notnull() & (cost["month"] < month_day(last_month(ctx) + 1)))
    spent = spent.left_join(lines, spent["line"] == lines["bline"])
    place = ibis.ifelse(spent["services"] > 1, spent["home"], spent["one"])
    spent = spent.mutate(place=place, moves=spent["behaviour"].fill_null("variable") == "variable")
    actual = spent.group_by("line", "month", service=spent["place"]).agg(
        variable=spent["amount"].sum(where=spent["moves"]).fill_null(0),
        actual=spent["amount"].sum(), quantity=spent["quantity"].sum(),
        counted=spent["quantity"].notnull().cast("int64").sum(),
    )  # fmt: skip
    got = _both(ctx.arrays(planned), ctx.arrays(actual))
    columns = ("planned", "standard_money", "standard", "output", "known", "rows",
               "actual", "quantity", "counted", "variable")  # fmt: skip
    cells = panel(got, ("line", "service"), columns, first, end)
    has = cells.values["rows"].sum(1) > 0
    start = financial_year(ctx)[0] - first
    loose = float(cells.values["actual"][~has, start:].sum())
    return Plan(cells.where(has), has, loose)


def _both(a: dict[str, Array], b: dict[str, Array]) -> dict[str, Array]:
    """Two sets of rows one below the other; a column only one has is 0 in the other."""
    n, m = len(a["month"]), len(b["month"])
    out = {}
    for name in sorted({*a, *b}):
        top = a.get(name, np.zeros(n))
        low = b.get(name, np.zeros(m))
        out[name] = np.concatenate([top, low])
    return out


def _reach(ctx: Context) -> tuple[int, int]:
    budget = ctx.table("budget")
    low = ctx.one(budget.agg(low=budget["month"].min()))["low"]
    start, end = financial_year(ctx)
    first = (low.year - 1970) * YEAR + low.month - 1 if low else start
    return min(first, start), end


# -- revenue ---------------------------------------------------------------------------------
def revenue_rows(ctx: Context) -> Any:
    """Revenue that recurs, by service, customer and month; internal money never beside invoices.

    Invoices with credits and disputes where the service has any, else charges, else imputed
    money (column ``base``). One-off amounts are out; a credit is never above 0.
    """
    return ctx.shared("revenue_rows", _revenue_rows)


def _revenue_rows(ctx: Context) -> Any:
    revenue = ctx.table("revenue")
    mine = revenue.filter(~revenue["one_off"].fill_null(False))
    base = ibis.cases(
        (mine["kind"].isin(EXTERNAL), "invoice"), (mine["kind"] == "chargeback", "chargeback"),
        else_="imputed",
    )  # fmt: skip
    signed = ibis.ifelse(mine["kind"] == "credit", -mine["amount"].abs(), mine["amount"])
    mine = mine.mutate(base=base, signed=signed)
    rank = ibis.cases((mine["base"] == "invoice", 0), (mine["base"] == "chargeback", 1), else_=2)
    mine = mine.mutate(rank=rank)
    first = mine.mutate(first=mine["rank"].min().over(group_by="service"))
    kept = first.filter(first["rank"] == first["first"])
    return kept.group_by("service", "customer", "month", "base").agg(amount=kept["signed"].sum())


def unpaid(ctx: Context, *models: str) -> Silent | None:
    """Not applicable where no revenue is booked and each service says by its model that none is
    earned: internal IT without revenue (method 9.2)."""
    if ctx.has("revenue") or not ctx.has("service.revenue_model"):
        return None
    service = ctx.table("service")
    used = service.filter(service["state"].fill_null("live").isin(["live", "retiring"]))
    known = {row["revenue_model"] for row in ctx.rows(used.select("revenue_model").distinct())}
    if known and known <= set(models):
        return Silent("not_applicable", "internal IT: no service earns revenue")
    return None


def revenue_base(ctx: Context) -> str:
    """What the organisation's revenue is: invoice, chargeback or imputed; empty without any."""

    def read(ctx: Context) -> str:
        rows = revenue_rows(ctx)
        seen = {row["base"] for row in ctx.rows(rows.select("base").distinct())}
        return next((b for b in ("invoice", "chargeback", "imputed") if b in seen), "")

    found: str = ctx.value("revenue_base", read)
    return found
