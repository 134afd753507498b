"""N04: Complete but wrong."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N04",
    area="Configuration and assets",
    title="Complete but wrong",
    question="Do values match reality?",
    tables=("ci", "ci_sample"),
    rule=(
        "Stratified sample (by ci.class): share of ci_sample rows with recorded = observed, "
        "Wilson upper bound < limit; n >= min_n. [unit: category]"
    ),
    parameters={
        "limit": 0.95,
        "min_n": 60,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "ITIL Service configuration management",
        "FitSM PR11.5",
    ),
    causes=("manual edits",),
    do_first="repair the source",
    effective_when="lower bound >= 90 %",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
