"""H09: Failed, nobody asked why."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H09",
    area="Change",
    title="Failed, nobody asked why",
    question="Was each failed change reviewed?",
    tables=("record", "change"),
    rule=(
        "change.outcome in (failed, backed_out) with change.end older than review_days working "
        "days and change.reviewed_at null or later than that. Exact count, any trips. [unit: "
        "team, record]"
    ),
    parameters={
        "review_days": 10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.5"),
    causes=("time",),
    do_first="hold the review",
    effective_when="100 %",
    tier=3,
    ask=ask,
    caps=(),
    limit="review_days",
    indicators=("risk_impact",),
)
