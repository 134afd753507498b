"""N07: Over-used licences."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N07",
    area="Configuration and assets",
    title="Over-used licences",
    question="Do we use more than we bought?",
    tables=("licence",),
    rule=(
        "greatest(licence.used_90d, licence.assigned) > licence.entitled. Exact, any trips. "
        "[unit: product]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=(
        "ISO 20000-1 8.2.5",
        "ISO 20000-1 8.7.3",
        "COBIT BAI09",
        "COBIT MEA03",
        "ITIL IT asset management",
    ),
    causes=("copies", "cloud images"),
    do_first="stop, buy the difference",
    effective_when="<= entitled",
    tier=4,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("risk_impact",),
)
