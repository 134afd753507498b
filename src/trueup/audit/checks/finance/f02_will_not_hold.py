"""F02: Will not hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.counting import exact, listed
from trueup.audit.declare import (
    ORGANISATION,
    Case,
    Check,
    Effect,
    Estimate,
    Probe,
    Rows,
    Silent,
    Unit,
)
from trueup.audit.measures.budget_adherence.mb_03_spent_plus_promised import commitments
from trueup.audit.measures.budget_adherence.mb_04_forecast_at_completion import (
    Completion,
    completion,
)
from trueup.audit.money import Plan, budget_rows, financial_year, materiality, months_in, plan

LEAST_MONTHS = 6
ROUNDED = 0.01
PROMISED = "{unit}: spent and promised are {used} of the year's budget, {over} above it."


def ask(ctx: Context) -> Probe | Silent:
    """Lines that will likely end above the year's budget, or have already promised more."""
    p = plan(ctx)
    units = []
    for place, kind in ((0, "line"), (1, "service")):
        names = p.cells.named(place)
        for name in sorted(set(names) - {""}):
            end = completion(ctx, p, names == name, f"{kind}|{name}")
            if end is not None and end.months >= LEAST_MONTHS:
                units.append(_case(ctx, Unit(kind, str(name)), end, p, names == name))
    if not units:
        return Silent(
            "not_enough_evidence", f"{LEAST_MONTHS} closed months with a budget are needed"
        )
    out = [u for u in units if u.tripped]
    bad = len(out)
    near = sum(u.exceptions for u in units)
    whole = Case(
        ORGANISATION, exact(bad / len(units), len(units)), bad, len(units),
        tripped=bool(out),
    )  # fmt: skip
    watch = "" if bad or not near else f"{near} may end a little above their budget"
    return Probe(len(units), len(units), whole, tuple(units), floor=1, watch=watch)


def _case(ctx: Context, unit: Unit, end: Completion, p: Plan, mine: Any) -> Case:
    p10, p50, p90 = (float(q) for q in np.quantile(end.draws, [0.1, 0.5, 0.9]))
    over = p50 - end.annual
    promised = commitments(ctx)[0].get(unit.id, 0.0) if unit.kind == "line" else 0.0
    spent_out = end.spent + promised > end.annual
    matters = max(materiality(ctx) / 10, ROUNDED * end.annual)
    likely = end.chance >= ctx.number("limit")
    beyond = max(over, end.spent + promised - end.annual)
    tripped = (likely or spent_out) and beyond > matters
    lines = sorted({p.cells.keys[i][0] for i in np.flatnonzero(mine)})
    branch = _branch(end, likely, spent_out)
    least = beyond if branch == "promised" else 0.0
    money = tuple(max(least, q - end.annual) for q in (p10, p50, p90))
    used = (end.spent + promised) / end.annual
    size = exact(used, end.months) if branch == "promised" and not likely else _chance(end)
    return Case(
        unit, size, int(likely or spent_out), 1, tripped=tripped, branch=branch,
        bad=_rows(ctx, lines), good=None,
        effect=Effect(money=(money[0], money[1], money[2])) if tripped else Effect(),
        words={"chance": f"{end.chance:.0%}", "over": f"{beyond:,.0f} {ctx.currency}",
               "used": f"{used:.0%}"},
        headline=PROMISED if branch == "promised" else "",
    )  # fmt: skip


def _branch(end: Completion, likely: bool, spent_out: bool) -> str:
    """What is already promised says more than what is forecast, unless all of it is spent."""
    if spent_out and end.spent <= end.annual:
        return "promised"
    return "forecast" if likely or spent_out else ""


def _chance(end: Completion) -> Estimate:
    p = end.chance
    return Estimate(p, p, p, end.months, exact=True, method="modelled")


def _rows(ctx: Context, lines: list[str]) -> Rows:
    """The year's budget rows of the lines."""

    def make() -> pa.Table:
        rows = budget_rows(ctx)
        inside = months_in(rows["month"], *financial_year(ctx)) & rows["line"].isin(lines)
        mine = rows.filter(inside).select("row").order_by("row")
        why = "the year's cost will not stay within it"
        return listed([("budget", row["row"], why) for row in ctx.rows(mine)])

    return make


CHECK = Check(
    id="F02",
    area="Finance",
    title="Will not hold",
    question="How likely is an overrun?",
    tables=("cost", "budget"),
    rule=(
        "MB-04: P(overrun) >= limit; or actual + open commitment.open_amount (if recorded) > "
        "the year's budget. [unit: line, service]"
    ),
    parameters={
        "limit": 0.50,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "ITIL Service financial management", "FitSM GR4.1"),
    causes=("unplanned demand",),
    do_first="decide: cut, shift or fund",
    effective_when="P < 20 %",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
    needs=("cost.line",),
    uses=("commitment.open_amount", "commitment.line", "known_step.amount", "budget.service"),
    headline="{unit} ends above its budget with a chance of {chance}, likely by {over}.",
    should_be="An overrun is seen early, and somebody decides: cut, shift or fund.",
    matters="What is decided in spring costs little; in December it costs the whole overrun.",
    measure="MB-04",
    owner_role="budget owner",
)
