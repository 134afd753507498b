"""MB-14: Contract leakage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Measure, Silent, Unit
from trueup.audit.money import per_year

WINDOW_DAYS = 60
NEAR, FAR, SLACK = 365, 550, 20


@dataclass(frozen=True, slots=True)
class Leak:
    """Money that a contract loses in a year: where, how much, and by which rule."""

    agreement: str
    supplier: str
    amount: float
    rule: str


def judge(ctx: Context) -> Answer | Silent:
    """Silent renewals, prices above the clause, purchases without contract, stale promises."""
    contracts = int(ctx.one(ctx.table("agreement").agg(n=ctx.table("agreement").count()))["n"])
    found = leaks(ctx)
    by = []
    for kind in ("agreement", "supplier"):
        sums: dict[str, float] = defaultdict(float)
        for leak in found:
            sums[getattr(leak, kind)] += leak.amount
        by += [(Unit(kind, name), exact(sums[name], 1)) for name in sorted(sums) if name]
    parts: dict[str, float | str | None] = {
        rule: sum(leak.amount for leak in found if leak.rule == rule)
        for rule in ("silent renewal", "above the clause", "without contract", "stale promise")
    }
    total = sum(leak.amount for leak in found)
    return Answer(exact(total, contracts), tuple(by), n_min=1, unit_n_min=1, parts=parts)


def leaks(ctx: Context) -> list[Leak]:
    """Every leak once: the contract's own rules go before those of its supplier."""

    def read(ctx: Context) -> list[Leak]:
        found = [
            Leak(row["id"], row["supplier"] or "", 12 * float(row["price_month"]), "silent renewal")
            for row in renewals(ctx, WINDOW_DAYS)
            if row["stage"] and row["price_month"]
        ]
        renewed = {leak.agreement for leak in found}
        found += [
            Leak(p.agreement, p.supplier, p.overpaid * per_year(ctx), "above the clause")
            for p in overpaid(ctx)
            if p.overpaid > 0 and p.agreement not in renewed
        ]
        return found + list(_without_contract(ctx)) + list(_stale(ctx, renewed))

    kept: list[Leak] = ctx.value("leaks", read)
    return kept


def renewals(ctx: Context, days: int, *, every: bool = False) -> list[dict[str, Any]]:
    """Contracts we pay that renew by themselves, with ``stage``: open, lost, or empty.

    Empty is decided, or not yet due. A customer's contract that renews is no leak of ours, and
    what was lost before the period is none of this year's; `every` takes both in.
    """
    if not ctx.has("agreement.auto_renew", "agreement.notice_by"):
        return []
    agreement = ctx.table("agreement")
    mine = agreement.filter(
        agreement["auto_renew"].fill_null(False) & agreement["notice_by"].notnull()
    )
    if not every:
        mine = mine.filter(mine["supplier"].notnull() | mine["customer"].isnull())
    today = ctx.today
    rows = ctx.rows(
        mine.select("id", "notice_by", "renewal_decided_on", "price_month", "supplier", "service",
                    "customer").order_by("id")
    )  # fmt: skip
    return [
        row | {"stage": _stage(row, today, days, date.min if every else ctx.period.first)}
        for row in rows
    ]


def _stage(row: dict[str, Any], today: date, days: int, since: date) -> str:
    if row["renewal_decided_on"] is not None:
        return ""
    if today <= row["notice_by"] <= today + timedelta(days=days):
        return "open"
    return "lost" if since <= row["notice_by"] < today else ""


@dataclass(frozen=True, slots=True)
class Paid:
    """One purchase under a clause: its price, the price a year before, what was paid too much."""

    id: str
    agreement: str
    supplier: str
    price: float
    before: float
    cap: float
    overpaid: float

    @property
    def rise(self) -> float:
        """The rise over twelve months, as a fraction."""
        return self.price / self.before - 1


def overpaid(ctx: Context) -> list[Paid]:
    """Purchases of the period with a price a year before, under a clause that caps the rise."""
    if not ctx.has("purchase.agreement", "agreement.index_cap"):
        return []
    found: list[Paid] = ctx.value("overpaid", _overpaid)
    return found


def _overpaid(ctx: Context) -> list[Paid]:
    purchase, agreement = ctx.table("purchase"), ctx.table("agreement")
    clause = agreement.filter(agreement["index_cap"].notnull()).select(
        aid="id", cap="index_cap", of="supplier"
    )
    t = purchase.join(clause, purchase["agreement"] == clause["aid"])
    unit = t["unit_price"].cast("float64").coalesce(t["amount"].cast("float64") / t["quantity"])
    t = t.mutate(unit=unit, size=t["quantity"].coalesce(t["amount"].cast("float64") / unit))
    t = t.filter((t["unit"] > 0) & (t["amount"] > 0) & (t["at"] < ctx.now))
    got = ctx.arrays(
        t.select("id", "agreement", "cap", "unit", "size", "at",
                 supplier=t["supplier"].coalesce(t["of"])).order_by("agreement", "at", "id")
    )  # fmt: skip
    out: list[Paid] = []
    for name in sorted(set(got["agreement"])):
        mine = got["agreement"] == name
        out += _of_agreement(ctx, {k: v[mine] for k, v in got.items()})
    return out


def _of_agreement(ctx: Context, got: dict[str, Any]) -> Iterable[Paid]:
    at = got["at"].astype("datetime64[D]").astype(np.int64)
    start = np.datetime64(ctx.period.start)
    place = np.searchsorted(at, at - NEAR + SLACK, "right") - 1
    tolerance = float(ctx.params["U04.tolerance"])
    for i in np.flatnonzero(got["at"] >= start):
        j = place[i]
        if j < 0 or at[i] - at[j] > FAR:
            continue
        price, before, cap = float(got["unit"][i]), float(got["unit"][j]), float(got["cap"][i])
        over = max(0.0, price - before * (1 + cap)) * float(got["size"][i])
        too_much = over if price / before - 1 > cap + tolerance else 0.0
        yield Paid(
            str(got["id"][i]), str(got["agreement"][i]), str(got["supplier"][i] or ""),
            price, before, cap, too_much,
        )  # fmt: skip


def _without_contract(ctx: Context) -> Iterable[Leak]:
    """Purchases without an agreement at suppliers that had no valid one on that day."""
    if not ctx.has("purchase.agreement", "purchase.supplier", "agreement.supplier"):
        return
    p, a = ctx.table("purchase"), ctx.table("agreement")
    held = a.filter(a["supplier"].notnull()).select(
        held="supplier", begin="start", until="end", aid="id"
    )
    loose = p.filter(
        p["agreement"].isnull() & p["supplier"].notnull() & (p["amount"] > 0) & ctx.within(p["at"])
    )
    day = loose["at"].date()
    valid = loose.join(
        held,
        [
            loose["supplier"] == held["held"],
            held["begin"].isnull() | (held["begin"] <= day),
            held["until"].isnull() | (held["until"] >= day),
        ],
    )
    fine = valid.select(fine="id").distinct()
    rest = loose.anti_join(fine, loose["id"] == fine["fine"])
    rows = ctx.rows(rest.group_by("supplier").agg(amount=rest["amount"].sum()).order_by("supplier"))
    for row in rows:
        yield Leak("", row["supplier"], float(row["amount"]) * per_year(ctx), "without contract")


def _stale(ctx: Context, renewed: set[str]) -> Iterable[Leak]:
    """Open promises past their day."""
    if not ctx.has("commitment.expires"):
        return
    c = ctx.table("commitment")
    gone = c.filter((c["expires"] < ctx.today) & (c["open_amount"] > 0))
    rows = ctx.rows(
        gone.group_by("agreement").agg(amount=gone["open_amount"].sum()).order_by("agreement")
    )
    for row in rows:
        if row["agreement"] not in renewed:
            yield Leak(row["agreement"] or "", "", float(row["amount"]), "stale promise")


MEASURE = Measure(
    id="MB-14",
    indicator="budget_adherence",
    key=False,
    title="Contract leakage",
    formula=(
        "12 x agreement.price_month of agreements with agreement.auto_renew whose notice window"
        " (60 days before agreement.notice_by) is open or passed in the period and "
        "agreement.renewal_decided_on is null + price above agreement.index_cap (U04) + "
        "purchase.amount with purchase.agreement null at suppliers without a valid agreement + "
        "commitment.open_amount past commitment.expires (if recorded), per year"
    ),
    tables=("agreement", "purchase"),
    unit="money/year",
    direction="down",
    grain=("agreement", "supplier"),
    n_min="1 contract",
    method="count",
    target=0,
    limit="materiality",
    caveats="each euro once",
    tier=4,
    judge=judge,
    uses=(
        "agreement.auto_renew",
        "agreement.notice_by",
        "agreement.renewal_decided_on",
        "agreement.price_month",
        "agreement.index_cap",
        "agreement.supplier",
        "purchase.agreement",
        "commitment.expires",
    ),
)
