"""G04: Too little where it hurts."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="G04",
    area="Growth and value",
    title="Too little where it hurts",
    question="Where is not investing dearer?",
    tables=("risk", "service", "investment"),
    rule=(
        "MG-13: P50 of the yearly loss > factor x cost of the fix (cheapest investment of the "
        "service with investment.benefit_kind = risk that is not live or was cancelled). [unit:"
        " service]"
    ),
    parameters={
        "factor": 2,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 6.1",
        "ISO 20000-1 8.4.3",
        "COBIT EDM02",
        "COBIT EDM03",
        "ITIL Risk management",
        "FitSM PR4.3",
        "FitSM PR5.3",
    ),
    causes=("budget silos",),
    do_first="business case with the two numbers",
    effective_when="forecast of the loss < cost of the fix",
    tier=6,
    ask=ask,
    caps=(),
    limit="factor",
    indicators=("growth_value",),
)
