"""MC-11: Watermelon."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion
from trueup.audit.voice import answers, met_results

LIMIT = 0.30


def judge(ctx: Context) -> Answer | Silent:
    """Share of unhappy answers among those whose promise was kept."""
    return ShareQuestion(ctx, kept(ctx), LIMIT, ("customer", "service"), "survey").answer(30, 30)


def kept(ctx: Context) -> Any:
    """Answers about records whose promise on solving was kept."""
    rows, met = answers(ctx), met_results(ctx)
    joined = rows.join(met, rows["record"] == met["mr"])
    return joined.filter(joined["met"]).drop("mr", "met")


MEASURE = Measure(
    id="MC-11",
    indicator="communication",
    key=True,
    title="Watermelon",
    formula=(
        "(a) value = P(survey.csat <= 3 | target_result.met) over answered records; (b) "
        "customers with met share >= 0.95 and lower bound of MC-02 < 0.70; (c) phi correlation "
        "met x satisfied"
    ),
    tables=("target_result", "survey"),
    unit="share",
    direction="down",
    grain=("customer", "service", "organisation"),
    n_min="30 answered and met",
    method="Wilson; list",
    target=0.15,
    limit=0.30,
    caveats="only while Z03 is clean",
    tier=2,
    judge=judge,
    needs=("survey.csat", "survey.record", "target_result.met"),
)
