"""K01: Old advice in use."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="K01",
    area="Knowledge",
    title="Old advice in use",
    question="Do people follow outdated articles?",
    tables=("article", "record"),
    rule=(
        "article.state = published, named in record.article of >= uses records opened in the "
        "last 90 days, and article.reviewed_at null or older than age_months, or "
        "article.review_due passed. [unit: team, category]"
    ),
    parameters={
        "uses": 5,
        "age_months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 7.6", "COBIT BAI08", "ITIL Knowledge management", "FitSM PR10.4"),
    causes=("no owner",),
    do_first="review the top 10 by use",
    effective_when="0 among the 50 most used",
    tier=3,
    ask=ask,
    caps=(),
    limit="uses",
    indicators=("communication",),
)
