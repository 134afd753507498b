"""D02: Deployed without change record."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="D02",
    area="Release",
    title="Deployed without change record",
    question="Does what runs match what was approved?",
    tables=("release", "release_change", "change", "ci"),
    rule=(
        "Deployments (release.deployed_at) without a release_change row to a change whose start"
        " <= release.deployed_at <= change.end + slack_h, plus ci.drift_at without a change on "
        "that CI (change_ci) in the same span / all deployments and drifts > limit; any on a "
        "critical service or CI. [unit: service, ci]"
    ),
    parameters={
        "slack_h": 24,
        "limit": 0.02,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=(
        "ISO 20000-1 8.5.1",
        "ISO 20000-1 8.2.6",
        "COBIT BAI06",
        "COBIT BAI10",
        "ITIL Deployment management",
        "FitSM PR12.1",
        "FitSM PR11.4",
    ),
    causes=("pipeline not connected",),
    do_first="connect the pipeline to the change log",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
