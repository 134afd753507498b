"""K03: Article does not help."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="K03",
    area="Knowledge",
    title="Article does not help",
    question="Which articles fail?",
    tables=("article", "record"),
    rule=(
        "article.helpful / (article.helpful + article.unhelpful), shrunk by beta-binomial, "
        "below the peers after BH; or reopen rate (I02) of records naming the article >= ratio "
        "x that of the others within priority x category, with its interval. [unit: category, "
        "record]"
    ),
    parameters={
        "ratio": 1.5,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 7.6", "COBIT BAI08", "ITIL Knowledge management", "FitSM PR10.4"),
    causes=("wrong", "unclear"),
    do_first="rewrite it, test with three users",
    effective_when="helpful share at the level of the peers",
    tier=3,
    ask=ask,
    caps=(),
    limit="ratio",
    indicators=("communication",),
)
