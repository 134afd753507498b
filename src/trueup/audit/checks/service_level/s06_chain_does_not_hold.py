"""S06: Chain does not hold."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="S06",
    area="Service level",
    title="Chain does not hold",
    question="Do supplier and team promises fit the customer promise?",
    tables=("target", "agreement", "underpinning"),
    rule=(
        "Per service and metric: sum of underpinning.value (distinct promises: supplier, team, "
        "metric, value, unit, priority counted once, however many breaches they have) in target"
        " units > target.value for times (response, resolve, restore); product of "
        "underpinning.value < target.value for availability. Exact, any trips. [unit: service, "
        "supplier]"
    ),
    parameters={
        "tolerance": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.3",
        "ISO 20000-1 8.3.4",
        "COBIT APO09",
        "COBIT APO10",
        "ITIL Service level management",
        "ITIL Supplier management",
        "FitSM PR2.4",
    ),
    causes=("contracts made apart",),
    do_first="renegotiate the worst link or adapt the SLA",
    effective_when="the arithmetic holds",
    tier=4,
    ask=ask,
    caps=(),
    limit="tolerance",
    indicators=("communication",),
)
