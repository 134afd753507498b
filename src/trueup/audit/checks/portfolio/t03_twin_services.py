"""T03: Twin services."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="T03",
    area="Portfolio and catalogue",
    title="Twin services",
    question="Do two services do the same?",
    tables=("service", "usage", "cost", "record"),
    rule=(
        "Two live services with equal service.function_tag whose sets of record.requester over "
        "12 months (>= 20 persons each; person_usage where recorded goes before it, "
        "usage.customer serves where both are fewer) have Jaccard index >= jaccard, each with "
        "yearly cost.amount > materiality / 10. Evidence grade C until a person confirms the "
        "same function. [unit: pair]"
    ),
    parameters={
        "jaccard": 0.3,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.2.2", "COBIT APO05", "ITIL Portfolio management", "FitSM PR1.2"),
    causes=("departments buy alone",),
    do_first="compare cost and satisfaction; plan a merge",
    effective_when="overlap < 0.1 or a recorded reason",
    tier=5,
    ask=ask,
    caps=(),
    limit="jaccard",
    indicators=("growth_value",),
)
