"""F02: Will not hold."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F02",
    area="Finance",
    title="Will not hold",
    question="How likely is an overrun?",
    tables=("cost", "budget"),
    rule=(
        "MB-04: P(overrun) >= limit; or actual + open commitment.open_amount (if recorded) > "
        "the year's budget. [unit: line, service]"
    ),
    parameters={
        "limit": 0.50,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "ITIL Service financial management", "FitSM GR4.1"),
    causes=("unplanned demand",),
    do_first="decide: cut, shift or fund",
    effective_when="P < 20 %",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
)
