"""C07: We think we are better."""

from __future__ import annotations

import numpy as np

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
from trueup.audit.measures.communication.mc_12_expectation_gap import gap_rows, time_ratio
from trueup.audit.shares import listed_rows

TARGET = 0.3


def ask(ctx: Context) -> Probe | Silent:
    """The provider's guess against the answers, and the time taken against the time expected."""
    answer = ctx.answer("MC-12")
    if isinstance(answer, Silent) or not isinstance(answer, Answer):
        return answer if isinstance(answer, Silent) else Silent("not_enough_evidence", "no guess")
    whole = answer.whole
    if not isinstance(whole, Estimate):
        return whole
    gaps = gap_rows(ctx)
    ratio = time_ratio(ctx)
    slow = ratio is not None and ratio > ctx.number("ratio")
    wide = _beyond(whole, ctx.number("gap"))
    names = np.array([g["customer"] for g in gaps if g["gap"] > ctx.number("gap")])
    listed = listed_rows(names, "rated better by us than by itself", "customer")
    units = tuple(
        Case(
            Unit("customer", g["customer"]), Estimate(g["gap"], g["low"], g["high"], g["n"]), 1, 1,
            tripped=g["low"] > TARGET and g["gap"] > ctx.number("gap") and g["n"] >= 5,
            bad=_one(g["customer"]),
        )
        for g in gaps
    )  # fmt: skip
    case = Case(
        ORGANISATION, whole, len(names), len(gaps), tripped=wide or slow, bad=lambda: listed,
        branch="time" if slow and not wide else "gap" if wide else "",
    )  # fmt: skip
    return Probe(len(gaps), len(gaps), case, units, floor=8)


def _one(customer: str) -> Rows:
    name = np.array([customer])
    return lambda: listed_rows(name, "rated better by us than by itself", "customer")


def _beyond(e: Estimate, gap: float) -> bool:
    return e.value is not None and e.low is not None and e.value > gap and e.low > TARGET


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
