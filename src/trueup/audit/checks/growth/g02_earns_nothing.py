"""G02: Earns nothing."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="G02",
    area="Growth and value",
    title="Earns nothing",
    question="Which service or customer loses money?",
    tables=("revenue", "cost"),
    rule=(
        "MG-06 per service and customer: upper bound of the margin < 0 over >= months. A "
        "declared loss leader has no column yet (section 10): a person dismisses it with that "
        "reason. [unit: service, customer]"
    ),
    parameters={
        "months": 6,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.1",
        "COBIT EDM02",
        "COBIT APO05",
        "ITIL Portfolio management",
        "FitSM PR1.2",
    ),
    causes=("price", "mix", "cost"),
    do_first="decide: price, cost or stop",
    effective_when="margin >= 0 or declared",
    tier=5,
    ask=ask,
    caps=(),
    limit="months",
    indicators=("growth_value",),
)
