"""C01: Watermelon."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trueup.audit.context import Context
from trueup.audit.declare import Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.measures.communication.mc_02_satisfied_share_corrected import judge as satisfied
from trueup.audit.measures.communication.mc_11_watermelon import kept
from trueup.audit.relations import opened_in_period
from trueup.audit.shares import ShareQuestion, listed_rows
from trueup.audit.voice import answers, met_results

LEAST = 30


def ask(ctx: Context) -> Probe | Silent:
    """Unhappy answers although the promise was kept; customers with all kept and few satisfied."""
    rows: Any = kept(ctx)
    probe = ShareQuestion(
        ctx, rows, ctx.number("limit"), ("customer", "service"), "survey"
    ).probe()  # fmt: skip
    green = _green(ctx)
    if isinstance(probe, Silent) or not green:
        return probe
    units = {case.unit: case for case in probe.units}
    sure = [case for case in green if (case.estimate.value or 0.0) < ctx.number("satisfied")]
    for case in sure:
        known = units.get(case.unit)
        sour = known is not None and (known.estimate.low or 0.0) > ctx.number("limit")
        units[case.unit] = _surely(known) if known is not None and sour else case
    open_ = sorted(case.unit.id for case in green if case not in sure)
    watch = f"few may be satisfied although promises are kept: {', '.join(open_)}" if open_ else ""
    return replace(probe, units=tuple(units.values()), watch=watch)


def _surely(case: Case) -> Case:
    """Both parts hold: it trips whatever the family says, and shows the first."""
    return replace(case, tripped=True, estimate=replace(case.estimate, p=None, robustness=1.0))


def _green(ctx: Context) -> list[Case]:
    """Customers whose promises are kept and whose satisfied share may be below what is fine.

    This is the list of MC-11: by the lower bound. Asserted are those below it by the point too,
    the others are watched: with few answers the lower bound is low for everybody.
    """
    answer = satisfied(ctx)
    if isinstance(answer, Silent):
        return []
    met, limit = _met(ctx), ctx.number("satisfied")
    found = []
    for unit, share in answer.by:
        if unit.kind != "customer" or share.n < LEAST or share.low is None:
            continue
        if met.get(unit.id, 0.0) >= ctx.number("met") and share.low < limit:
            found.append(_case(ctx, unit, share))
    return found


def _met(ctx: Context) -> dict[str, float]:
    """The share of each customer's records of the period whose promise on solving was kept."""
    record, met = opened_in_period(ctx), met_results(ctx)
    t = record.filter(record["customer"].notnull()).join(met, record["id"] == met["mr"])
    by = t.group_by("customer").agg(share=t["met"].cast("float64").mean())
    return {row["customer"]: float(row["share"]) for row in ctx.rows(by.order_by("customer"))}


def _case(ctx: Context, unit: Unit, share: Estimate) -> Case:
    t = answers(ctx)
    got = ctx.arrays(t.filter(t["customer"] == unit.id).select("id", "bad").order_by("id"))
    bad = got["bad"].astype(bool)
    return Case(
        unit, replace(share, p=None), int(bad.sum()), len(bad), limit=ctx.number("satisfied"),
        tripped=True, branch="kept, few satisfied",
        bad=lambda: listed_rows(got["id"][bad], "unhappy where nearly all promises are kept",
                                "survey"),
        good=lambda: listed_rows(got["id"][~bad][:20], "", "survey"),
        headline="{unit}: promises are kept, and {value} of those who answered are satisfied.",
    )  # fmt: skip


CHECK = Check(
    id="C01",
    area="Communication and feedback",
    title="Watermelon",
    question="Is the target green and the customer unhappy?",
    tables=("target_result", "survey"),
    rule=(
        "MC-11: lower bound of P(unhappy given met) > limit; or customers with met share >= met"
        " and the lower bound of MC-02 < satisfied. Never above observation while Z03 is red. "
        "[unit: customer, service]"
    ),
    parameters={
        "limit": 0.15,
        "met": 0.95,
        "satisfied": 0.70,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.3.2",
        "ISO 20000-1 8.3.3",
        "COBIT APO08",
        "COBIT APO09",
        "ITIL Relationship management",
        "ITIL Service level management",
        "FitSM PR7.6",
    ),
    causes=("the target measures the wrong thing",),
    do_first="read 10 comments; add an experience target",
    effective_when="share -1/3 and satisfaction up",
    tier=2,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("survey.csat", "survey.record", "target_result.met"),
    headline="{bad} of {all} answers are unhappy although the promise was kept.",
    should_be="A kept promise leaves people satisfied.",
    matters="The targets are green and the people behind them are not.",
    measure="MC-11",
    owner_role="service owner",
)
