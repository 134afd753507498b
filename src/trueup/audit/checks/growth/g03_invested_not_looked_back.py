"""G03: Invested, not looked back."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="G03",
    area="Growth and value",
    title="Invested, not looked back",
    question="Do we check promised benefits?",
    tables=("investment",),
    rule=(
        "investment.review_due older than grace_days with investment.reviewed_on null; or, if "
        "benefit is recorded, MG-11 of the investment < realised. Exact per investment. [unit: "
        "service]"
    ),
    parameters={
        "grace_days": 90,
        "realised": 0.50,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.2",
        "ISO 20000-1 9.3",
        "COBIT EDM02",
        "COBIT APO05",
        "ITIL Portfolio management",
        "FitSM PR1.2",
    ),
    causes=("no owner",),
    do_first="name an owner of the benefit; measure before",
    effective_when="review held and >= 80 % realised, or stopped",
    tier=5,
    ask=ask,
    caps=(),
    limit="grace_days",
    indicators=("growth_value",),
)
