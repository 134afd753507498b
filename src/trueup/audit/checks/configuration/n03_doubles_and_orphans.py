"""N03: Doubles and orphans."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="N03",
    area="Configuration and assets",
    title="Doubles and orphans",
    question="Are CIs unique and connected?",
    tables=("ci", "relation"),
    rule=(
        "CIs sharing ci.serial (not null) or the same normalised ci.name + ci.class: share > "
        "dup_limit; or ci.criticality <= 2 without any relation row: any. [unit: category, ci]"
    ),
    parameters={
        "dup_limit": 0.01,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "ITIL Service configuration management",
        "FitSM PR11.3",
    ),
    causes=("imports",),
    do_first="merge; relate to a service",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="dup_limit",
    indicators=("risk_impact",),
)
