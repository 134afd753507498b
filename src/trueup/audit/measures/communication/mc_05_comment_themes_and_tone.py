"""MC-05: Comment themes and tone."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.shares import ShareQuestion
from trueup.audit.voice import NEGATIVE, invitations


def judge(ctx: Context) -> Answer | Silent:
    """Share of comments that sound negative by the word lists (English, German)."""
    t = invitations(ctx)
    said = t.filter(t["comment"].notnull() & (t["comment"].strip() != ""))
    bad = said["comment"].lower().re_search(NEGATIVE)
    rows = said.select("service", "customer", id=said["id"], at=said["asked"], bad=bad)
    return ShareQuestion(ctx, rows, 0.5, ("service", "customer"), "survey", grade="C").answer(
        10, 10
    )


MEASURE = Measure(
    id="MC-05",
    indicator="communication",
    key=False,
    title="Comment themes and tone",
    formula=(
        "share of survey.comment that are negative; themes by keyword list + clusters; lift = "
        "P(theme | unhappy)/P(theme)"
    ),
    tables=("survey",),
    unit="share",
    direction="context",
    grain=("service", "customer"),
    n_min="10 comments and 5 people per theme",
    method="Wilson; a person labels 50 for the error rate (kappa >= 0.6)",
    target="context",
    limit="context",
    caveats="language, irony; show quotes, not only counts",
    tier=2,
    judge=judge,
    needs=("survey.comment",),
)
