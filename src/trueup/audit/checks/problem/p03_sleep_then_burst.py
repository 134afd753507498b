"""P03: Sleep, then burst."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="P03",
    area="Problem",
    title="Sleep, then burst",
    question="Were problems left alone and then closed in bulk?",
    tables=("record", "event"),
    rule=(
        "record.kind = problem, closed: share with a life > life_days whose events other than "
        "opened all lie in the last 24 h > limit; or a burst of closings per day by the rule of"
        " Z04. [unit: period, team]"
    ),
    parameters={
        "life_days": 180,
        "limit": 0.02,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.6.3", "COBIT DSS03", "ITIL Problem management", "FitSM PR10.2"),
    causes=("clean-up before a review",),
    do_first="look at 20, reopen the unsolved",
    effective_when="share < 2 %",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
