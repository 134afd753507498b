"""C07: We think we are better."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.context import Context
from trueup.audit.declare import (
    ORGANISATION,
    Answer,
    Case,
    Check,
    Estimate,
    Probe,
    Rows,
    Silent,
    Unit,
)
from trueup.audit.measures.communication.mc_12_expectation_gap import gap_rows, judge, ratios
from trueup.audit.shares import listed_rows

Array = np.ndarray[Any, Any]
Z90 = 1.6449
TARGET = 0.3
CUSTOMERS = 8
LEAST = 20


def ask(ctx: Context) -> Probe | Silent:
    """The provider's guess against the answers, and the time taken against the time expected."""
    gap, time = _gaps(ctx), _times(ctx)
    if isinstance(gap, Silent):
        return gap if not time or not any(case.tripped for case in time) else _probe(time)
    if not time:
        return gap
    whole, own = time[0], {case.unit: case for case in gap.units}
    for case in time[1:]:
        if case.tripped and not (case.unit in own and own[case.unit].tripped):
            own[case.unit] = case
    if whole.tripped and not gap.whole.tripped:
        gap = replace(gap, whole=whole)
    return replace(gap, units=tuple(own.values()))


def _probe(time: list[Case]) -> Probe:
    return Probe(time[0].tested, time[0].tested, time[0], tuple(time[1:]), floor=LEAST)


def _gaps(ctx: Context) -> Probe | Silent:
    answer = judge(ctx)
    whole = answer.whole if isinstance(answer, Answer) else answer
    if isinstance(whole, Silent):
        return whole
    assert isinstance(whole, Estimate)
    gaps, most = gap_rows(ctx), ctx.number("gap")
    names = np.array([g["customer"] for g in gaps if g["gap"] > most])
    units = tuple(
        Case(
            Unit("customer", g["customer"]),
            Estimate(g["gap"], g["low"], g["high"], g["n"], p=_chance(g)), 1, 1,
            tripped=g["low"] > TARGET and g["gap"] > most and g["n"] >= LEAST,
            bad=_rated(np.array([g["customer"]])), branch="gap", words=_points(g["gap"]),
            headline="{unit}: we rate ourselves {value} points better than its people do.",
        )
        for g in gaps
    )  # fmt: skip
    wide = bool((whole.value or 0.0) > most and (whole.low or 0.0) > TARGET)
    case = Case(
        ORGANISATION, whole, len(names), len(gaps), tripped=wide, bad=_rated(names), branch="gap",
        words=_points(whole.value or 0.0),
    )  # fmt: skip
    return Probe(len(gaps), len(gaps), case, units, floor=CUSTOMERS)


def _chance(g: dict[str, Any]) -> float:
    """The p-value of "we are no further off than the target"."""
    spread = (g["gap"] - g["low"]) / Z90
    return float(stats.norm.sf((g["gap"] - TARGET) / spread)) if spread > 0 else 1.0


def _points(gap: float) -> dict[str, str]:
    return {"value": f"{gap:.1f}"}


def _rated(names: Array) -> Rows:
    return lambda: listed_rows(names, "rated better by us than by itself", "customer")


def _times(ctx: Context) -> list[Case]:
    """Hours taken over hours expected: the whole first, then each customer with enough answers."""
    got = ratios(ctx)
    every = np.ones(len(got["id"]), dtype=bool)
    parts = [(ORGANISATION, every)]
    for name in sorted({str(c) for c in got["customer"] if c is not None}):
        parts.append((Unit("customer", name), got["customer"] == name))
    return [_time(ctx, unit, got, mine) for unit, mine in parts if mine.sum() >= LEAST]


def _time(ctx: Context, unit: Unit, got: dict[str, Array], mine: Array) -> Case:
    """The median ratio with its interval from the order of the answers (binomial ranks)."""
    ratio, n, limit = np.sort(got["ratio"][mine]), int(mine.sum()), ctx.number("ratio")
    rank = max(int(stats.binom.ppf(0.05, n, 0.5)), 1)
    value, low, high = float(np.median(ratio)), float(ratio[rank - 1]), float(ratio[n - rank])
    over = mine & (got["ratio"] > limit)
    return Case(
        unit, Estimate(value, low, high, n), int(over.sum()), n, limit=limit,
        tripped=low > limit, branch="time",
        bad=lambda: listed_rows(got["id"][over], "took longer than was expected", "survey"),
        good=lambda: listed_rows(got["id"][mine & ~over][:20], "", "survey"),
        words={"times": f"{value:.1f}"},
        headline="Half of {all} people waited more than {times} times as long as they expected.",
    )  # fmt: skip


CHECK = Check(
    id="C07",
    area="Communication and feedback",
    title="We think we are better",
    question="Do we misjudge our customers?",
    tables=("provider_guess", "survey"),
    rule=(
        "MC-12: mean gap > gap with its interval above target 0.3, or median ratio of actual to"
        " survey.expected_h > ratio. [unit: organisation, customer]"
    ),
    parameters={
        "gap": 0.7,
        "ratio": 1.5,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.3.2",
        "COBIT APO08",
        "COBIT EDM05",
        "ITIL Relationship management",
        "FitSM PR7.4",
    ),
    causes=("no contact",),
    do_first="call five customers; set expectations at intake",
    effective_when="gap < 0.3",
    tier=2,
    ask=ask,
    caps=(),
    indicators=("communication",),
    headline="We rate ourselves {value} points better than {all} customers do.",
    should_be="We know how satisfied our customers are.",
    matters="Problems are seen late where we think that all is well.",
    measure="MC-12",
    limit="gap",
    owner_role="customer manager",
)
