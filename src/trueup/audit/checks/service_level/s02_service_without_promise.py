"""S02: Service without promise."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="S02",
    area="Service level",
    title="Service without promise",
    question="Has each sold service an agreed target?",
    tables=("service", "agreement", "target"),
    rule=(
        "service.state = live without an agreement of agreement.kind = sla valid on "
        "manifest.as_of (agreement.service = the service, or a default one with "
        "agreement.service null) that owns at least one target row; likewise an active customer"
        " using a live service (usage, if recorded) without its own or a default one. Exact "
        "count, any trips. [unit: service, customer]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.2"),
    causes=("growth", "old contracts"),
    do_first="default SLA",
    effective_when="0 missing",
    tier=4,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("communication",),
)
