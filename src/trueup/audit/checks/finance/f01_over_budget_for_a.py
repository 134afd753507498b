"""F01: Over budget for a reason we control."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F01",
    area="Finance",
    title="Over budget for a reason we control",
    question="Is the variance price or efficiency, not volume?",
    tables=("cost", "budget"),
    rule=(
        "MB-02: abs(price part + efficiency part) / budget > limit and > materiality, year to "
        "date. [unit: line, service]"
    ),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "ITIL Service financial management", "FitSM GR4.1"),
    causes=("price rise", "waste"),
    do_first="top three lines by part",
    effective_when="part within +- 2 % for 3 months",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
)
