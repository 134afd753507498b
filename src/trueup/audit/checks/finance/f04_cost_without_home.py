"""F04: Cost without home."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import ORGANISATION, Case, Check, Probe, Rows, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_06_cost_without_a_home import (
    homeless,
    homes,
    unwritten,
)
from trueup.audit.money import homed_cost, materiality, this_year

GOOD_SHOWN = 20


def ask(ctx: Context) -> Probe | Silent:
    """Cost without a service and without an owner: how large a share, on which lines?

    "First a global test per check over the whole scope; units are looked at only if it fires"
    (3.5): a line beyond the limit counts where the whole is. A few postings on a line lie above
    it by chance alone, so a line by itself counts only beyond the red limit and the materiality.
    """
    if (silence := unwritten(ctx)) is not None:
        return silence
    got = homes(ctx)
    if float(got["amount"].sum()) <= 0:
        return Silent("not_applicable", "no cost is booked in the last twelve months")
    n = int(got["rows"].sum())
    every = np.ones(len(got["rows"]), dtype=bool)
    whole = _case(ctx, ORGANISATION, got, every, 0.0)
    floor = materiality(ctx) / (10 if whole.tripped else 1)
    bound = ctx.number("limit" if whole.tripped else "red_limit")
    lines = sorted({str(v) for v in got["line"] if v})
    units = [
        _case(ctx, Unit("line", line), got, got["line"] == line, floor, bound) for line in lines
    ]
    return Probe(n, n, whole, tuple(c for c in units if c.exceptions), floor=1)


def _case(
    ctx: Context,
    unit: Unit,
    got: dict[str, Any],
    mine: Any,
    floor: float,
    bound: float | None = None,
) -> Case:
    spent = float(got["amount"][mine].sum())
    lost = float(got["homeless"][mine].sum())
    share = lost / spent if spent > 0 else 0.0
    tripped = share > (ctx.number("limit") if bound is None else bound) and lost > floor
    red = tripped and share > ctx.number("red_limit")
    return Case(
        unit, exact(share, int(got["rows"][mine].sum())),
        int(got["homeless_rows"][mine].sum()), int(got["rows"][mine].sum()),
        tripped=tripped, branch="beyond the red limit" if red else "",
        bad=_listed(ctx, unit, True), good=_listed(ctx, unit, False),
        words={"share": f"{share:.0%}", "money": f"{lost:,.0f} {ctx.currency}"},
    )  # fmt: skip


def _listed(ctx: Context, unit: Unit, bad: bool) -> Rows:
    def make() -> pa.Table:
        cost = homed_cost(ctx)
        mine = cost.filter(this_year(ctx, cost["month"]))
        if unit != ORGANISATION:
            mine = mine.filter(mine["line"] == unit.id)
        mine = mine.filter(homeless(mine)) if bad else mine.filter(~homeless(mine))
        rows = mine.select(
            table=ibis.literal("cost"), id=mine["row"],
            why=ibis.literal("no service and no owner: ") + mine["amount"].cast("string"),
        ).order_by("id")  # fmt: skip
        return ctx.backend.fetch(rows if bad else rows.limit(GOOD_SHOWN))

    return make


CHECK = Check(
    id="F04",
    area="Finance",
    title="Cost without home",
    question="What can nobody explain?",
    tables=("cost",),
    rule=(
        "MB-06: share of cost.amount with neither a service (cost.service, else through cost.ci"
        " or cost.agreement) nor cost.owner > limit (red at red_limit). The share without a "
        "service is shown beside it. [unit: organisation, line]"
    ),
    parameters={
        "limit": 0.10,
        "red_limit": 0.25,
    },
    gate=True,
    blocks=("MG-05", "MG-06", "MG-07", "MG-12", "MB-15"),
    severity="minor",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "ITIL Service financial management"),
    causes=("no tags",),
    do_first="tag the top 10 postings",
    effective_when="<= 10 %",
    tier=4,
    ask=ask,
    caps=("F08", "G02", "T02"),
    limit="limit",
    indicators=("budget_adherence",),
    uses=(
        "cost.service",
        "cost.ci",
        "cost.agreement",
        "cost.owner",
        "cost.line",
        "cost.allocation_key",
    ),
    headline="{share} of the cost, {money} a year, belongs to no service and to nobody.",
    should_be="At least nine tenths of the cost belong to a service or to a person.",
    matters="What nobody can explain, nobody can steer; unit costs and margins are blind.",
    measure="MB-06",
    owner_role="finance",
)
