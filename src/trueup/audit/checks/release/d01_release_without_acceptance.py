"""D01: Release without acceptance."""

from __future__ import annotations

import ibis

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Deployed releases whose acceptance failed, is missing, or was never written down."""
    if (silence := unheld(ctx, "release.acceptance")) is not None:
        return silence
    release, record, service = ctx.table("release"), ctx.table("record"), ctx.table("service")
    home = record.select(rid="id", team="team", service="service")
    rank = service.select(sid="id", criticality="criticality")
    t = release.filter(ctx.within(release["deployed_at"]))
    t = t.left_join(home, t["record"] == home["rid"])
    t = t.left_join(rank, t["service"] == rank["sid"])
    rows = t.select(
        "team", "service", id=t["record"], at=t["deployed_at"],
        bad=t["acceptance"].fill_null("missing") != "passed",
        critical=(t["criticality"] <= 2).fill_null(False),
        why=ibis.literal("deployed with acceptance: ") + t["acceptance"].fill_null("not recorded"),
    )  # fmt: skip
    return ShareQuestion(
        ctx, rows, ctx.number("limit"), kinds=("service", "team"), table="release",
        any_critical=True,
    ).probe()  # fmt: skip


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
    needs=("release.deployed_at",),
    uses=("release.acceptance", "record.team", "record.service", "service.criticality"),
    headline="{bad} of {all} releases went live without passed acceptance.",
    should_be="Nothing goes live before its acceptance has passed.",
    matters="Users find the faults that a test was there to find.",
    owner_role="release manager",
    mandatory=True,
)
