"""C01: Watermelon."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.measures.communication.mc_11_watermelon import kept
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Unhappy answers although the promise was kept."""
    rows: Any = kept(ctx)
    return ShareQuestion(ctx, rows, ctx.number("limit"), ("customer", "service"), "survey").probe()


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
