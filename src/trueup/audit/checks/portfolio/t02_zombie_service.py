"""T02: Zombie service."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="T02",
    area="Portfolio and catalogue",
    title="Zombie service",
    question="Do we pay for what nobody uses?",
    tables=("service", "usage", "cost"),
    rule=(
        "service.state = live and service.annual_job not true: usage.units in each of the last "
        "3 months < share x the peak month of the last 13, while the yearly cost.amount > 0 and"
        " saving > materiality / 10. [unit: service]"
    ),
    parameters={
        "share": 0.01,
        "months": 3,
        "look_back": 13,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.2.2",
        "ISO 20000-1 8.4.1",
        "COBIT APO05",
        "COBIT APO06",
        "ITIL Portfolio management",
        "FitSM PR1.3",
    ),
    causes=("nobody retires services",),
    do_first="ask the owner: retire it, or keep it with a reason",
    effective_when="cost gone",
    tier=5,
    ask=ask,
    caps=(),
    limit="share",
    indicators=("growth_value",),
)
