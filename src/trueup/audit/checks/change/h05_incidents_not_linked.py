"""H05: Incidents not linked."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="H05",
    area="Change",
    title="Incidents not linked",
    question="Do we record what changes cause?",
    tables=("record", "change", "change_ci"),
    rule=(
        "Where the excess of MR-02 has a lower bound > 0: incidents of those windows with "
        "record.caused_by_change / excess, upper bound < limit. [unit: organisation, team]"
    ),
    parameters={
        "limit": 0.50,
    },
    gate=True,
    blocks=("MR-01", "MR-03"),
    severity="minor",
    refs=("ISO 20000-1 8.5.1", "COBIT BAI06", "ITIL Change enablement", "FitSM PR12.5"),
    causes=("no field", "fear of blame"),
    do_first="prompt at resolve",
    effective_when=">= 80 %",
    tier=3,
    ask=ask,
    caps=("H10",),
    limit="limit",
    indicators=("risk_impact",),
)
