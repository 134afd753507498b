"""MC-01: Satisfied share (raw)."""

from __future__ import annotations

from dataclasses import replace

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion
from trueup.audit.voice import answers

UNHAPPY_MOST = 0.30


def judge(ctx: Context) -> Answer | Silent:
    """Share of answers with 4 or 5, and beside it the share of 1 and 2."""
    rows = answers(ctx)
    question = ShareQuestion(ctx, rows, UNHAPPY_MOST, ("customer", "service", "team"), "survey")
    answer = question.answer(30, 30, good_is=True)
    low = ctx.one(rows.agg(low=(rows["csat"] <= 2).cast("float64").mean()))["low"]
    return replace(answer, parts={"share of 1 and 2": low})


MEASURE = Measure(
    id="MC-01",
    indicator="communication",
    key=False,
    title="Satisfied share (raw)",
    formula="survey.csat in (4, 5) / survey.csat not null; share of 1-2 beside it",
    tables=("survey",),
    unit="share",
    direction="up",
    grain=("customer", "service", "team"),
    n_min="30 answers",
    method="Wilson, p-prime",
    target=0.85,
    limit=0.70,
    caveats="means hide the unhappy: high averages are normal",
    tier=2,
    judge=judge,
    needs=("survey.csat",),
)
