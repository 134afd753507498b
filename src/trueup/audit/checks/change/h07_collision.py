"""H07: Collision."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H07",
    area="Change",
    title="Collision",
    question="Do changes step on each other?",
    tables=("record", "change", "change_ci", "relation"),
    rule=(
        "Pairs of changes with overlapping actual windows (change.start, change.end; planned "
        "ones where not yet run) on the same or a directly dependent CI, neither in the same "
        "release nor under the same record.parent. Any on a critical CI or service trips; "
        "others are counted. [unit: ci, service]"
    ),
    parameters={
        "critical_limit": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.6"),
    causes=("calendar unseen",),
    do_first="conflict check at approval",
    effective_when="0 critical",
    tier=3,
    ask=ask,
    caps=(),
    limit="critical_limit",
    indicators=("risk_impact",),
)
