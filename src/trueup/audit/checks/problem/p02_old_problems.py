"""P02: Old problems."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="P02",
    area="Problem",
    title="Old problems",
    question="Do problems move?",
    tables=("record", "problem", "event"),
    rule=(
        "record.kind = problem: Kaplan-Meier median age > age_days; or open ones without an "
        "event for silent_days. Ranked by age x monthly cost (MR-16). [unit: service, record]"
    ),
    parameters={
        "age_days": 180,
        "silent_days": 60,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.6.3", "COBIT DSS03", "ITIL Problem management", "FitSM PR10.2"),
    causes=("no time budget",),
    do_first="decide: fix, accept, or close with a reason",
    effective_when="median down and debt (MR-16) down",
    tier=3,
    ask=ask,
    caps=(),
    limit="age_days",
    indicators=("risk_impact",),
)
