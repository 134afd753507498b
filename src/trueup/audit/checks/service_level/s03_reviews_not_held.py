"""S03: Reviews not held."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="S03",
    area="Service level",
    title="Reviews not held",
    question="Are agreements reviewed as planned?",
    tables=("agreement",),
    rule=(
        "agreement.review_due older than grace_days on manifest.as_of with "
        "agreement.reviewed_on null or < agreement.review_due: share of due ones > limit; any "
        "on the top customers by revenue (records where revenue is not recorded). [unit: "
        "agreement, customer]"
    ),
    parameters={
        "grace_days": 30,
        "limit": 0.10,
        "top": 10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.2",
        "ISO 20000-1 8.3.3",
        "COBIT APO08",
        "COBIT APO09",
        "ITIL Relationship management",
        "ITIL Service level management",
        "FitSM PR2.2",
        "FitSM PR7.4",
    ),
    causes=("nobody owns it",),
    do_first="schedule three with a one-page pack",
    effective_when="100 % of the top 10",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
)
