"""V02: Far too big."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="V02",
    area="Capacity, availability, continuity",
    title="Far too big",
    question="Where do we pay for air?",
    tables=("capacity", "cost"),
    rule=(
        "MG-09 > limit of the capacity cost of the service or CI and its yearly value > "
        "materiality, the seasonal peak included. [unit: service, ci]"
    ),
    parameters={
        "limit": 0.25,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.3",
        "ISO 20000-1 8.4.1",
        "COBIT BAI04",
        "COBIT APO06",
        "ITIL Capacity and performance management",
        "FitSM PR5.3",
    ),
    causes=("fear", "old peaks"),
    do_first="downsize one step",
    effective_when="cost down and P95 < target utilisation",
    tier=5,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
