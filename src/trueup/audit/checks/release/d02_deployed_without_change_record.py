"""D02: Deployed without change record."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Deployments and drifts that no change at that time explains."""
    rows = _deployments(ctx)
    if ctx.has("ci.drift_at", "change_ci.ci"):
        rows = rows.union(_drifts(ctx))
    return ShareQuestion(
        ctx, rows, ctx.number("limit"), kinds=("service", "ci"), table="release",
        any_critical=True,
    ).probe()  # fmt: skip


def _spans(ctx: Context) -> ibis.Table:
    change = ctx.table("change")
    slack = int(ctx.number("slack_h") * 3600)
    return change.select(
        cid="record", began=change["start"].epoch_seconds(),
        ended=change["end"].epoch_seconds() + slack,
    )  # fmt: skip


def _deployments(ctx: Context) -> ibis.Table:
    release, part = ctx.table("release"), ctx.table("release_change")
    record, service = ctx.table("record"), ctx.table("service")
    t = release.filter(ctx.within(release["deployed_at"]))
    spans = _spans(ctx)
    pair = t.join(part, t["record"] == part["release"]).join(spans, part["change"] == spans["cid"])
    moment = pair["deployed_at"].epoch_seconds()
    fits = pair.filter((pair["began"] <= moment) & ((moment <= pair["ended"]).fill_null(True)))
    fits = fits.select(fit=fits["record"]).distinct()
    home = record.select(rid="id", service="service")
    rank = service.select(sid="id", criticality="criticality")
    t = t.left_join(fits, t["record"] == fits["fit"]).left_join(home, t["record"] == home["rid"])
    t = t.left_join(rank, t["service"] == rank["sid"])
    return t.select(
        table=ibis.literal("release"), id=t["record"], at=t["deployed_at"], bad=t["fit"].isnull(),
        critical=(t["criticality"] <= 2).fill_null(False),
        why=ibis.literal("deployed while no change of it was open"),
        service=t["service"], ci=ibis.null().cast("string"),
    )  # fmt: skip


def _drifts(ctx: Context) -> ibis.Table:
    ci, link, spans = ctx.table("ci"), ctx.table("change_ci"), _spans(ctx)
    t = ci.filter(ctx.within(ci["drift_at"]))
    pair = t.join(link.select(lci="ci", lchange="change"), t["id"] == link["ci"])
    pair = pair.join(spans, pair["lchange"] == spans["cid"])
    moment = pair["drift_at"].epoch_seconds()
    fits = pair.filter((pair["began"] <= moment) & ((moment <= pair["ended"]).fill_null(True)))
    fits = fits.select(fit=fits["id"]).distinct()
    t = t.left_join(fits, t["id"] == fits["fit"])
    return t.select(
        table=ibis.literal("ci"), id=t["id"], at=t["drift_at"], bad=t["fit"].isnull(),
        critical=(t["criticality"] <= 2).fill_null(False),
        why=ibis.literal("changed without a change record"),
        service=ibis.null().cast("string"), ci=t["id"],
    )  # fmt: skip


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
    needs=("release.deployed_at",),
    uses=("ci.drift_at", "change_ci", "change.start", "change.end", "service.criticality"),
    headline="{bad} of {all} deployments or drifts belong to no change.",
    should_be="Everything put into use belongs to a change that was open then.",
    matters="Nobody can say what runs, who allowed it, or how to undo it.",
    owner_role="release manager",
    mandatory=True,
)
