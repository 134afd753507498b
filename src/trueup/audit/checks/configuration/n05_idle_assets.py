"""N05: Idle assets."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N05",
    area="Configuration and assets",
    title="Idle assets",
    question="What do we pay for that nobody touches?",
    tables=("asset",),
    rule=(
        "Value of MB-09 > limit of the monthly asset cost; or > target and its yearly value > "
        "materiality. [unit: category, team]"
    ),
    parameters={
        "target": 0.03,
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.2.5", "ISO 20000-1 8.4.1", "COBIT BAI09", "ITIL IT asset management"),
    causes=("leavers", "refresh"),
    do_first="collect, redeploy",
    effective_when="value -50 %",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
