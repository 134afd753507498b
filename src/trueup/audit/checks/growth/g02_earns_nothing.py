"""G02: Earns nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.decide import limit_p
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Probe, Silent, Unit
from trueup.audit.measures.growth_value.mg_06_contribution_margin import (
    Margins,
    cells,
    loss_leaders,
    margin,
    margins,
    without,
)

GOOD_SHOWN = 20


def ask(ctx: Context) -> Probe | Silent:
    """Services and customers whose margin is surely below nothing."""
    silence = without(ctx)
    if silence is not None:
        return silence
    m = margins(ctx)
    found = cells(m) if m is not None else []
    if not found:
        return Silent("not_applicable", "no service with cost has revenue")
    leaders = loss_leaders(ctx)
    units = [_case(ctx, unit, mine, unit.id in leaders) for unit, mine in found]
    bad = [case for case in units if case.tripped]
    fine = [("service" if c.unit.kind == "service" else "customer", c.unit.id, "")
            for c in units if not c.tripped]  # fmt: skip
    n = len(units)
    whole = Case(
        ORGANISATION, exact(len(bad) / n, n), 0, n, tripped=False, good=later(fine[:GOOD_SHOWN]),
        words={"losers": str(len(bad)), "money": "", "share": ""},
    )  # fmt: skip
    near = sum(c.exceptions for c in units if not c.tripped)
    watch = f"{near} units lose money, not surely" if near else ""
    return Probe(n, n, whole, tuple(units), floor=int(ctx.number("months")), watch=watch)


def _case(ctx: Context, unit: Unit, mine: Margins, declared: bool) -> Case:
    e = margin(ctx, mine, unit)
    value = e.value if e.value is not None else 0.0
    high = e.high if e.high is not None else 1.0
    tripped = high < 0 and e.n >= ctx.number("months") and not declared
    revenue, cost = float(mine.revenue.sum()), float(mine.cost.sum())
    per = 12 / max(e.n, 1)
    ends = sorted((-(e.low or 0.0) * revenue * per, -high * revenue * per))
    why = f"variable cost {cost:,.0f} against revenue {revenue:,.0f}"
    rows = [(unit.kind, unit.id, why), *_others(unit, mine)]
    words: dict[str, Any] = {
        "money": f"{(cost - revenue) * per:,.0f} {ctx.currency}", "share": f"{-value:.0%}",
        "losers": "1",
    }  # fmt: skip
    return Case(
        unit, replace(e, p=limit_p(e, 0.0, "up")), int(value < 0 and not declared), 1,
        limit=0.0 if value < 0 else float("inf"),
        tripped=tripped, bad=later(rows),
        effect=Effect(money=(ends[0], (cost - revenue) * per, ends[1])) if tripped else Effect(),
        words=words,
        caveats=("a loss leader that nobody declared looks the same",),
        headline="{unit} loses {share} of its revenue before any fixed cost: {money} a year.",
    )  # fmt: skip


def _others(unit: Unit, mine: Margins) -> list[tuple[str, str, str]]:
    """The other side of the cells: customers of a service, services of a customer."""
    other = "customer" if unit.kind == "service" else "service"
    names = mine.customer if unit.kind == "service" else mine.service
    rows = []
    for name in sorted(set(names) - {""}):
        gap = float((mine.cost - mine.revenue)[names == name].sum())
        if gap > 0:
            rows.append((other, str(name), f"loses {gap:,.0f} here"))
    return rows


CHECK = Check(
    id="G02",
    area="Growth and value",
    title="Earns nothing",
    question="Which service or customer loses money?",
    tables=("revenue", "cost"),
    rule=(
        "MG-06 per service and customer: upper bound of the margin < 0 over >= months. A "
        "declared loss leader has no column yet (section 10): a person dismisses it with that "
        "reason. [unit: service, customer]"
    ),
    parameters={
        "months": 6,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.1",
        "COBIT EDM02",
        "COBIT APO05",
        "ITIL Portfolio management",
        "FitSM PR1.2",
    ),
    causes=("price", "mix", "cost"),
    do_first="decide: price, cost or stop",
    effective_when="margin >= 0 or declared",
    tier=5,
    ask=ask,
    caps=(),
    limit="months",
    indicators=("growth_value",),
    needs=("cost.behaviour",),
    uses=("usage.customer", "usage.units", "service.loss_leader_until"),
    headline="{losers} of {all} services and customers lose money before any fixed cost.",
    should_be="Every service and customer earns its variable cost, or is a declared loss leader.",
    matters="Each further sale makes the loss larger.",
    measure="MG-06",
    owner_role="service owner",
    effort="2 days",
)
