"""F05: December fever."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import Case, Check, Effect, Probe, Rows, Silent
from trueup.audit.measures.budget_adherence.mb_16_year_end_rush import Rush, estimate, rushes
from trueup.audit.money import YEAR, homed_cost, last_month, materiality, row_id
from trueup.audit.usage import usage_panel

YEARS = 2
PEAK = 1.5


def ask(ctx: Context) -> Probe | Silent:
    """Lines whose free money goes out in the last month of the year, without more use then."""
    found = rushes(ctx)
    years = found[0].years if found else 0
    if years < YEARS:
        return Silent("not_enough_evidence", f"{years} whole years; {YEARS} are needed")
    busy = {rush.unit for rush in found[1:] if _busy(ctx, rush)}
    seasonal = [rush.spent for rush in found[1:] if rush.unit in busy]
    rest = replace(found[0], spent=np.sum([found[0].spent, *(-s for s in seasonal)], axis=0))
    whole = _case(ctx, rest, _busy(ctx, rest) or float(rest.spent.sum()) <= 0)
    lines = [_case(ctx, rush, rush.unit in busy) for rush in found[1:]]
    bad = sum(bool(case.tripped) for case in lines)
    n = len(lines) or 1
    whole = replace(whole, exceptions=max(bad, int(bool(whole.tripped))), tested=n)
    return Probe(n, n, whole, tuple(lines), floor=1)


def _busy(ctx: Context, rush: Rush) -> bool:
    """Whether use peaks in the last month of the year: that of the line's services, else all."""
    if not ctx.has("usage"):
        return False
    cells = usage_panel(ctx, len(rush.spent))
    own = ctx.value("free_homes", _services).get(rush.unit.id, set())
    mine = np.array([key[0] in own for key in cells.keys], dtype=bool)
    units = cells.values["units"][mine if mine.any() else slice(None)].sum(0)
    if units.sum() <= 0:
        return False
    return float(units[rush.ends].mean()) > PEAK * float(units.mean())


def _services(ctx: Context) -> dict[str, set[str]]:
    """The services on which each line's free money is booked."""
    cost = homed_cost(ctx)
    mine = cost.filter(cost["discretionary"].fill_null(False) & cost["home"].notnull())
    out: dict[str, set[str]] = defaultdict(set)
    for row in ctx.rows(mine.select("line", "home").distinct().order_by("line", "home")):
        out[row["line"]].add(row["home"])
    return out


def _case(ctx: Context, rush: Rush, busy: bool) -> Case:
    e = estimate(ctx, rush)
    sure = e.p is not None and e.p < ctx.number("p_max")
    large = rush.excess > materiality(ctx) / 10
    tripped = rush.ratio > ctx.number("ratio") and sure and large and not busy
    money = (0.0, rush.excess, rush.excess)
    limit = ctx.number("ratio") if not busy else float("inf")
    return Case(
        rush.unit, replace(e, p=None), int(tripped), 1, limit=limit,
        tripped=tripped, bad=_listed(ctx, rush),
        effect=Effect(money=money) if tripped else Effect(),
        words={"ratio": f"{rush.ratio:.1f}", "money": f"{rush.excess:,.0f} {ctx.currency}"},
        caveats=("seasonal work can have the same shape",),
    )  # fmt: skip


def _listed(ctx: Context, rush: Rush) -> Rows:
    """The discretionary postings of the last months of the years."""

    def make() -> pa.Table:
        first = last_month(ctx) - len(rush.spent) + 1
        months = [first + int(i) for i in np.flatnonzero(rush.ends)]
        cost = ctx.table("cost")
        index = (cost["month"].year() - 1970) * YEAR + cost["month"].month() - 1
        mine = cost.filter(cost["discretionary"].fill_null(False) & index.isin(months))
        if rush.unit.kind == "line":
            mine = mine.filter(mine["line"] == rush.unit.id)
        rows = mine.select(
            table=ibis.literal("cost"),
            id=row_id(mine, "cost"),
            why=ibis.literal("free money in the last month of the year"),
        )  # fmt: skip
        return ctx.backend.fetch(rows.order_by("id"))

    return make


CHECK = Check(
    id="F05",
    area="Finance",
    title="December fever",
    question="Is money burnt at year end?",
    tables=("cost",),
    rule=(
        "MB-16 > ratio with p < p_max (permutation over months) and no peak of usage.units (if "
        "recorded) in the same month. [unit: line]"
    ),
    parameters={
        "ratio": 2.5,
        "p_max": 0.01,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "COBIT EDM04", "ITIL Service financial management"),
    causes=("use it or lose it",),
    do_first="rule for carrying over; look at 10 purchases",
    effective_when="ratio < 1.5 next year",
    tier=4,
    ask=ask,
    caps=(),
    limit="ratio",
    indicators=("budget_adherence",),
    needs=("cost.discretionary",),
    uses=("cost.line", "cost.service", "usage.units"),
    headline="{unit} spends {ratio} times its usual free money in the last month: {money} more.",
    should_be="Free money is spent when it is needed, not before it lapses.",
    matters="What is bought to empty a budget is seldom what was needed.",
    measure="MB-16",
    owner_role="budget owner",
    effort="half a day",
)
