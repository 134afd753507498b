"""S05: Breach unspoken."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="S05",
    area="Service level",
    title="Breach unspoken",
    question="Are customers told, and credited?",
    tables=("target_result",),
    rule=(
        "target_result.met = false with target_result.notified_at null or later than "
        "target_result.due_at + notify_h; or target_result.credit_due > "
        "coalesce(target_result.credit_given, 0) for > credit_days. Share > limit or any credit"
        " open. [unit: customer, agreement]"
    ),
    parameters={
        "notify_h": 24,
        "credit_days": 60,
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.3",
        "ISO 20000-1 9.4",
        "COBIT APO09",
        "ITIL Service level management",
        "FitSM PR2.3",
        "FitSM PR3.1",
    ),
    causes=("manual step",),
    do_first="automatic notice",
    effective_when="100 %",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
)
