"""MG-14: Value locked in over-investment."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_10_overlap_and_zombies import twins
from trueup.audit.measures.growth_value.mg_09_cost_of_idle_capacity import idle
from trueup.audit.money import homed_cost, last_month, months_in, service_cost, this_year

SHARE = 0.10
MONTHS = 6
BEYOND = 0.25


def judge(ctx: Context) -> Answer | Silent:
    """Idle capacity, functions hardly anybody uses, and twin services, each euro once.

    The low end holds only capacity beyond its own limit, and no twins that nobody confirmed.
    """
    functions = _functions(ctx)
    money: dict[str, float] = {}
    surely = sum(functions.values())
    if ctx.has("capacity.target_utilisation"):
        for i in idle(ctx):
            surely += i.surely if i.share > BEYOND else 0.0
            name = i.room.unit.id if i.room.unit.kind == "service" else i.room.service
            money[name] = money.get(name, 0.0) + i.money
    parts: dict[str, float | str | None] = {"idle capacity": sum(money.values())}
    for service, amount in functions.items():
        money[service] = money.get(service, 0.0) + amount
    parts["unused functions"] = sum(functions.values())
    overlap = _overlap(ctx, money)
    for service, amount in overlap.items():
        money[service] = money.get(service, 0.0) + amount
    parts["overlap"] = sum(overlap.values())
    months = _months(ctx)
    by = tuple(
        (Unit("service", name), exact(amount, months, "C"))
        for name, amount in sorted(money.items()) if name
    )  # fmt: skip
    total = sum(money.values())
    whole = Estimate(total, min(surely, total), total, months, exact=True)
    return Answer(whole, by, n_min=MONTHS, unit_n_min=MONTHS, parts=parts)


def _months(ctx: Context) -> int:
    usage = ctx.table("usage")
    return int(ctx.one(usage.agg(n=usage["month"].nunique()))["n"])


def _functions(ctx: Context) -> dict[str, float]:
    """Yearly cost of functions used by less than a tenth of those entitled for six months."""
    if not ctx.has("usage.function", "cost.function", "usage.entitled_users"):
        return {}
    usage, cost, last = ctx.table("usage"), homed_cost(ctx), last_month(ctx)
    recent = usage.filter(
        months_in(usage["month"], last - MONTHS + 1, last) & usage["function"].notnull()
    )
    monthly = recent.group_by("service", "function", "month").agg(
        active=recent["active_users"].sum().fill_null(0), held=recent["entitled_users"].sum()
    )
    shares = monthly.filter(monthly["held"] > 0)
    shares = shares.mutate(share=shares["active"] / shares["held"])
    quiet = shares.group_by("service", "function").agg(most=shares["share"].max(), n=ibis._.count())
    quiet = quiet.filter((quiet["most"] < SHARE) & (quiet["n"] >= MONTHS))
    spent = cost.filter(this_year(ctx, cost["month"]) & cost["function"].notnull())
    both = spent.join(
        quiet, [spent["home"] == quiet["service"], spent["function"] == quiet["function"]]
    )
    rows = ctx.rows(both.group_by("home").agg(amount=both["amount"].sum()).order_by("home"))
    return {row["home"]: float(row["amount"]) for row in rows}


def _overlap(ctx: Context, counted: dict[str, float]) -> dict[str, float]:
    """The cheaper of each pair of twins, less what is counted for it already."""
    if not ctx.has("service.function_tag"):
        return {}
    cost = service_cost(ctx)
    out: dict[str, float] = {}
    for t in twins(ctx) or []:
        if t.same:
            cheap = min((t.one, t.other), key=lambda s: (cost.get(s, 0.0), s))
            out[cheap] = max(0.0, cost.get(cheap, 0.0) - counted.get(cheap, 0.0))
    return out


MEASURE = Measure(
    id="MG-14",
    indicator="growth_value",
    key=False,
    title="Value locked in over-investment",
    formula=(
        "MG-09 money + cost of functions (usage.function) with usage.active_users / "
        "usage.entitled_users < 0.10 for 6 months + overlap of MB-10, each euro once, per year"
    ),
    tables=("usage", "cost"),
    unit="money/year",
    direction="down",
    grain=("service", "organisation"),
    n_min="6 months",
    method="count",
    target="none",
    limit="materiality",
    caveats=(
        "value of an option (peaks, legal hold) by tag; the function part needs a cost per function"
    ),
    tier=5,
    judge=judge,
    uses=(
        "capacity.max_units",
        "capacity.target_utilisation",
        "usage.function",
        "cost.function",
        "usage.active_users",
        "usage.entitled_users",
        "service.function_tag",
    ),
)
