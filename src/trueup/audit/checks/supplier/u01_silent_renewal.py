"""U01: Silent renewal."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="U01",
    area="Supplier",
    title="Silent renewal",
    question="Which contracts renew before anyone decides?",
    tables=("agreement",),
    rule=(
        "agreement.auto_renew = true and agreement.notice_by between manifest.as_of and + "
        "notice_days with agreement.renewal_decided_on null; those already past and undecided "
        "are listed as lost. Exact, any trips. [unit: agreement]"
    ),
    parameters={
        "notice_days": 60,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.3.4", "COBIT APO10", "ITIL Supplier management", "FitSM PR8.4"),
    causes=("no calendar",),
    do_first="decide now; reminders at 90, 60 and 30 days",
    effective_when="0 undecided",
    tier=4,
    ask=ask,
    caps=(),
    limit="notice_days",
    indicators=("budget_adherence",),
)
