"""P04: Known error without help."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="P04",
    area="Problem",
    title="Known error without help",
    question="Is there a workaround where we know the error?",
    tables=("record", "problem"),
    rule=(
        "problem.known_error = true for > open_days (problem.known_error_at) on an open problem"
        " with problem.workaround not true and no record.article; or with an article that none "
        "of its incidents (record.problem) names in record.article. Exact count, any trips. "
        "[unit: service, record]"
    ),
    parameters={
        "open_days": 10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.6.3",
        "ISO 20000-1 7.6",
        "COBIT DSS03",
        "COBIT BAI08",
        "ITIL Problem management",
        "ITIL Knowledge management",
        "FitSM PR10.3",
        "FitSM PR10.4",
    ),
    causes=("knowledge is not part of the work",),
    do_first="write the top three",
    effective_when="links > 0 and time for the category down",
    tier=3,
    ask=ask,
    caps=(),
    limit="open_days",
    indicators=("risk_impact",),
)
