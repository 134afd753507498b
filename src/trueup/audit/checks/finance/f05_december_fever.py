"""F05: December fever."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F05",
    area="Finance",
    title="December fever",
    question="Is money burnt at year end?",
    tables=("cost",),
    rule=(
        "MB-16 > ratio with p < p_max (permutation over months) and no peak of usage.units (if "
        "recorded) in the same month. [unit: line]"
    ),
    parameters={
        "ratio": 2.5,
        "p_max": 0.01,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "COBIT EDM04", "ITIL Service financial management"),
    causes=("use it or lose it",),
    do_first="rule for carrying over; look at 10 purchases",
    effective_when="ratio < 1.5 next year",
    tier=4,
    ask=ask,
    caps=(),
    limit="ratio",
    indicators=("budget_adherence",),
)
