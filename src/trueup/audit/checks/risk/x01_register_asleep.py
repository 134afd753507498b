"""X01: Register asleep."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="X01",
    area="Risk and decisions",
    title="Register asleep",
    question="Are risks owned and reviewed?",
    tables=("risk",),
    rule=(
        "Open risks (risk.state not closed) with risk.owner null, or risk.review_due < "
        "manifest.as_of and risk.reviewed_on null or < risk.review_due: share > limit. [unit: "
        "service, organisation]"
    ),
    parameters={
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 6.1", "COBIT APO12", "ITIL Risk management", "FitSM PR4.2", "FitSM PR6.2"),
    causes=("ritual",),
    do_first="review the top 5",
    effective_when="100 %",
    tier=6,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
