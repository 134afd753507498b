"""X05: One person, one component, one supplier."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="X05",
    area="Risk and decisions",
    title="One person, one component, one supplier",
    question="What stops if this one fails?",
    tables=("service", "record", "event"),
    rule=(
        "Service with service.criticality <= 2 and a single point by MR-09, MR-10 or MR-11 "
        "(here the loss of one critical service is enough for MR-11's cut) (those that can be "
        "computed) and no plan: no risk row of the service in state treated or accepted whose "
        "review is not overdue, and no redundant relation. [unit: service; the person's name "
        "only to the owner]"
    ),
    parameters={
        "share_person": 0.70,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 7.2",
        "ISO 20000-1 8.7.2",
        "COBIT APO07",
        "COBIT APO10",
        "COBIT BAI04",
        "ITIL Workforce and talent management",
        "ITIL Availability management",
        "FitSM PR4.2",
    ),
    causes=("growth",),
    do_first="pair; second source; redundancy",
    effective_when=">= 2 on each critical one",
    tier=1,
    ask=ask,
    caps=(),
    limit="share_person",
    indicators=("risk_impact",),
)
