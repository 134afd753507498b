"""P05: Fixed, still there."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="P05",
    area="Problem",
    title="Fixed, still there",
    question="Did the fix work?",
    tables=("record", "problem"),
    rule=(
        "Resolved problems with >= min_before incidents (record.problem, else the cluster of "
        "P01) in the window_days before record.resolved_at: rate ratio after / before, adjusted"
        " for usage.units if recorded. Trips if the point > ratio and the lower bound > "
        "ratio_low, per problem and pooled; watch if only the upper bound > ratio (not proven)."
        " [unit: record, service]"
    ),
    parameters={
        "window_days": 90,
        "min_before": 5,
        "ratio": 0.8,
        "ratio_low": 0.5,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.6.3",
        "ISO 20000-1 10.1",
        "COBIT DSS03",
        "ITIL Problem management",
        "FitSM PR10.2",
    ),
    causes=("wrong cause", "partial roll-out"),
    do_first="re-open with a second cause method",
    effective_when="ratio < 0.5",
    tier=3,
    ask=ask,
    caps=(),
    limit="window_days",
    indicators=("risk_impact",),
)
