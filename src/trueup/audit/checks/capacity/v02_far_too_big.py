"""V02: Far too big."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Estimate, Probe, Silent
from trueup.audit.measures.growth_value.mg_09_cost_of_idle_capacity import Idle, idle
from trueup.audit.money import YEAR, materiality


def ask(ctx: Context) -> Probe | Silent:
    """Services and items whose peak month leaves a quarter of what they cost unused."""
    found = idle(ctx)
    seen = [i for i in found if i.room.months >= YEAR]
    if not found:
        return Silent("not_enough_evidence", "no service or item with capacity has such cost")
    if not seen:
        return Silent("not_enough_evidence", "a whole year with its peak is needed")
    units = [_case(ctx, i) for i in seen]
    bad = [case for case in units if case.tripped]
    n = len(units)
    whole = Case(ORGANISATION, exact(len(bad) / n, n), len(bad), n, tripped=bool(bad))
    return Probe(len(found), n, whole, tuple(units), floor=1)


def _case(ctx: Context, i: Idle) -> Case:
    limit = ctx.number("limit")
    total = float(i.cost.sum())
    tripped = i.share > limit and i.money > materiality(ctx)
    why = f"peak month uses {1 - i.share:.0%} of the planned load; {total:,.0f} a year"
    return Case(
        i.room.unit,
        Estimate(i.share, i.surely / total, i.share, i.room.months, exact=True),
        int(tripped), 1, tripped=tripped, bad=later([(i.room.unit.kind, i.room.unit.id, why)]),
        effect=Effect(money=(i.surely, i.money, i.money)) if tripped else Effect(),
        words={"share": f"{i.share:.0%}", "money": f"{i.money:,.0f} {ctx.currency}"},
        caveats=("what is kept for a disaster must be marked as stand-by",),
        headline="{unit}: even the peak month leaves {share} idle, {money} a year.",
    )  # fmt: skip


CHECK = Check(
    id="V02",
    area="Capacity, availability, continuity",
    title="Far too big",
    question="Where do we pay for air?",
    tables=("capacity", "cost"),
    rule=(
        "MG-09 > limit of the capacity cost of the service or CI and its yearly value > "
        "materiality, the seasonal peak included. [unit: service, ci]"
    ),
    parameters={
        "limit": 0.25,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.3",
        "ISO 20000-1 8.4.1",
        "COBIT BAI04",
        "COBIT APO06",
        "ITIL Capacity and performance management",
        "FitSM PR5.3",
    ),
    causes=("fear", "old peaks"),
    do_first="downsize one step",
    effective_when="cost down and P95 < target utilisation",
    tier=5,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    uses=(
        "capacity.target_utilisation",
        "capacity.standby",
        "capacity.contractual_minimum",
        "cost.pool",
        "cost.ci",
        "cost.service",
    ),
    headline="{bad} of {all} services and items leave more than a quarter of their capacity idle.",
    should_be="The peak month uses at least three quarters of what is paid for.",
    matters="The idle part can be given back one step at a time.",
    measure="MG-09",
    owner_role="capacity manager",
)
