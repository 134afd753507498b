"""F09: Overtime signal."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F09",
    area="Finance",
    title="Overtime signal",
    question="Is overtime structural?",
    tables=("worklog",),
    rule=("MB-13: XmR signal upward, or share > limit in each of the last weeks. [unit: team]"),
    parameters={
        "limit": 0.10,
        "weeks": 8,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 7.1",
        "ISO 20000-1 8.4.3",
        "COBIT APO07",
        "ITIL Workforce and talent management",
        "FitSM PR5.3",
    ),
    causes=("staffing", "peaks"),
    do_first="shift peaks; compare with a hire",
    effective_when="within limits",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
)
