"""F08: Doing it again."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="F08",
    area="Finance",
    title="Doing it again",
    question="What does rework cost?",
    tables=("worklog", "record"),
    rule=(
        "MB-11 + MB-12 > limit of the labour cost, or its yearly value > materiality. [unit: "
        "team, category]"
    ),
    parameters={
        "limit": 0.15,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.1",
        "ISO 20000-1 10.2",
        "COBIT APO06",
        "COBIT DSS02",
        "ITIL Continual improvement",
        "FitSM PR14.1",
    ),
    causes=("ping-pong (I01)", "solved twice (I02)", "failed changes (H04)"),
    do_first="fix the largest cause",
    effective_when="cost -30 %",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("budget_adherence",),
)
