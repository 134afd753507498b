"""G05: People turned away."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="G05",
    area="Growth and value",
    title="People turned away",
    question="What demand do we lose?",
    tables=("lost_demand",),
    rule=(
        "Poisson lower bound of lost_demand.count per year x lost_demand.average_value > "
        "materiality. [unit: service]"
    ),
    parameters={
        "min_n": 30,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.2",
        "COBIT APO08",
        "COBIT BAI04",
        "ITIL Business analysis",
        "FitSM PR1.2",
    ),
    causes=("missing offer", "capacity"),
    do_first="top three search terms",
    effective_when="lost cases -50 %",
    tier=5,
    ask=ask,
    caps=(),
    limit="min_n",
    indicators=("growth_value",),
)
