"""G05: People turned away."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import later
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Estimate, Probe, Silent, Unit
from trueup.audit.measures.growth_value.mg_16_demand_not_served import lost_cases
from trueup.audit.money import materiality, per_year
from trueup.audit.stats.intervals import poisson_exact
from trueup.audit.stats.limits import poisson_limit


def ask(ctx: Context) -> Probe | Silent:
    """Demand we lost, at its stated value: surely more than what matters?"""
    got = lost_cases(ctx)
    total = int(got["count"].sum())
    if total == 0:
        return Silent("not_applicable", "no lost demand was recorded in the period")
    whole = _case(ctx, ORGANISATION, got, np.ones(len(got["count"]), dtype=bool))
    names = sorted({str(s) for s in got["service"] if s})
    units = [_case(ctx, Unit("service", name), got, got["service"] == name) for name in names]
    return Probe(total, total, whole, tuple(units), floor=int(ctx.number("min_n")))


def _case(ctx: Context, unit: Unit, got: dict[str, Any], mine: Any) -> Case:
    count = int(got["count"][mine].sum())
    money = float((got["count"] * got["value"])[mine].sum())
    each = money / count if count else 0.0
    ring = poisson_exact(count)
    factor = per_year(ctx) * each
    bound = materiality(ctx)
    estimate = Estimate(
        ring.value * factor, ring.low * factor, ring.high * factor, count,
        p=poisson_limit(count, 1.0, bound / factor) if factor > 0 else 1.0, grade="C",
    )  # fmt: skip
    reasons: dict[str, int] = {}
    for reason, n in zip(got["reason"][mine], got["count"][mine], strict=True):
        reasons[str(reason or "no reason")] = reasons.get(str(reason or "no reason"), 0) + int(n)
    top = max(sorted(reasons), key=lambda r: reasons[r]) if reasons else "no reason"
    rows = [
        ("lost_demand", str(i), f"{int(n)} cases lost: {r or 'no reason'}")
        for i, n, r in zip(got["id"][mine], got["count"][mine], got["reason"][mine], strict=True)
    ]
    return Case(
        unit, estimate, count, count, limit=bound, bad=later(sorted(set(rows))),
        effect=Effect(money=(ring.low * factor, ring.value * factor, ring.high * factor)),
        words={"money": f"{ring.value * factor:,.0f} {ctx.currency}", "top": top},
        caveats=("the value of a lost case is imputed",),
    )  # fmt: skip


CHECK = Check(
    id="G05",
    area="Growth and value",
    title="People turned away",
    question="What demand do we lose?",
    tables=("lost_demand",),
    rule=(
        "Poisson lower bound of lost_demand.count per year x lost_demand.average_value > "
        "materiality. [unit: service]"
    ),
    parameters={
        "min_n": 30,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.2",
        "COBIT APO08",
        "COBIT BAI04",
        "ITIL Business analysis",
        "FitSM PR1.2",
    ),
    causes=("missing offer", "capacity"),
    do_first="top three search terms",
    effective_when="lost cases -50 %",
    tier=5,
    ask=ask,
    caps=(),
    limit="min_n",
    indicators=("growth_value",),
    needs=("lost_demand.average_value",),
    uses=("lost_demand.service", "lost_demand.reason"),
    headline="{bad} requests went away unserved, about {money} a year; most often: {top}.",
    should_be="We know what demand we turn away and decide on it.",
    matters="Those who are turned away go elsewhere, and the next time they do not ask.",
    measure="MG-16",
    owner_role="service owner",
)
