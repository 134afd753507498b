"""D01: Release without acceptance."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="D01",
    area="Release",
    title="Release without acceptance",
    question="Were the criteria met before go-live?",
    tables=("record", "release"),
    rule=(
        "release.deployed_at set with release.acceptance in (failed, missing) or null: any "
        "where service.criticality <= 2; elsewhere share > limit. [unit: service, team]"
    ),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.5.3",
        "COBIT BAI07",
        "ITIL Release management",
        "ITIL Deployment management",
        "FitSM PR13.4",
    ),
    causes=("deadline",),
    do_first="go / no-go list",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
