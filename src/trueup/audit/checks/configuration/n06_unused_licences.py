"""N06: Unused licences."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N06",
    area="Configuration and assets",
    title="Unused licences",
    question="Which seats are empty before the next renewal?",
    tables=("licence",),
    rule=(
        "MB-08 per licence.product: unused seats / licence.entitled > limit, or > target and "
        "yearly value > materiality / 10; marked urgent with its date where licence.notice_by "
        "(else licence.renews_on) lies within notice_days. [unit: product]"
    ),
    parameters={
        "target": 0.05,
        "limit": 0.20,
        "notice_days": 90,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.2.5",
        "ISO 20000-1 8.4.1",
        "COBIT BAI09",
        "COBIT APO06",
        "ITIL IT asset management",
    ),
    causes=("over-ordering",),
    do_first="cut before the notice date",
    effective_when="invoice lower",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
