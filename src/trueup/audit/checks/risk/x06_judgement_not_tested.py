"""X06: Judgement not tested."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="X06",
    area="Risk and decisions",
    title="Judgement not tested",
    question="Do we learn how good our predictions are?",
    tables=("decision",),
    rule=(
        "decision rows with decision.amount >= materiality without decision.predicted_p and "
        "decision.predicted_low, or with decision.locked_at null or later than "
        "decision.review_on: share > limit; or MR-13 skill upper bound < 0. [unit: "
        "organisation, category]"
    ),
    parameters={
        "limit": 0.50,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 9.1",
        "ISO 20000-1 9.3",
        "COBIT EDM03",
        "COBIT APO12",
        "ITIL Risk management",
        "FitSM GR6.1",
    ),
    causes=("no habit",),
    do_first='add "how likely, how bad" to the change form',
    effective_when=">= 80 % recorded, coverage 70-90 %",
    tier=6,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
