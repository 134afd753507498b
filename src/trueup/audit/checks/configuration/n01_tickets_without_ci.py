"""N01: Tickets without CI."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N01",
    area="Configuration and assets",
    title="Tickets without CI",
    question="Can we see what breaks?",
    tables=("record",),
    rule=(
        "Share of incidents with record.ci null (if change and change_ci are recorded: also "
        "changes without a change_ci row) > limit trips; > gate_limit blocks. [unit: "
        "organisation, team]"
    ),
    parameters={
        "limit": 0.30,
        "gate_limit": 0.50,
    },
    gate=True,
    blocks=("MR-02", "MR-03", "MR-11"),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "COBIT DSS02",
        "ITIL Service configuration management",
        "FitSM PR11.3",
    ),
    causes=("long list", "no default"),
    do_first="CI from user or asset; short list",
    effective_when=">= 80 % filled",
    tier=0,
    ask=ask,
    caps=("H04", "P01"),
    limit="limit",
    indicators=("risk_impact",),
)
