"""N02: Stale CIs."""

from __future__ import annotations

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion

GONE = ("retired", "disposed", "inactive", "decommissioned", "absent", "stolen", "sold")


def ask(ctx: Context) -> Probe | Silent:
    """Active CIs that nobody has seen or verified for long."""
    if not ctx.has("ci.last_seen") and not ctx.has("ci.verified_at"):
        return Silent(
            "not_enough_evidence", "neither discovery nor verification is recorded",
            ("ci.last_seen", "ci.verified_at"),
        )  # fmt: skip
    ci = ctx.table("ci")
    active = ci.filter(~ci["status"].fill_null("").lower().isin(GONE))
    newest = ibis.greatest(
        active["last_seen"].cast("timestamp").fill_null(ibis.timestamp("1900-01-01")),
        active["verified_at"].cast("timestamp").fill_null(ibis.timestamp("1900-01-01")),
    )
    server = active["class"].fill_null("").lower().contains("server")
    days = ibis.ifelse(server, ctx.number("server_days"), ctx.number("other_days"))
    age = (ctx.now.epoch_seconds() - newest.epoch_seconds()) / 86_400.0
    rows = active.select(
        "id", category=active["class"], ci=active["id"], at=ibis.null().cast("timestamp"),
        bad=age > days, why=ibis.literal("not seen or verified in time"),
    )  # fmt: skip
    return ShareQuestion(ctx, rows, ctx.number("limit"), kinds=("category",), table="ci").probe()


CHECK = Check(
    id="N02",
    area="Configuration and assets",
    title="Stale CIs",
    question="Is the map current?",
    tables=("ci",),
    rule=(
        "Active CIs whose newest of ci.last_seen and ci.verified_at is null or older than "
        "server_days (ci.class names a server) / other_days: share > limit; critical ones "
        "first. [unit: category, ci]"
    ),
    parameters={
        "server_days": 60,
        "other_days": 365,
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.6",
        "COBIT BAI10",
        "ITIL Service configuration management",
        "FitSM PR11.5",
    ),
    causes=("no discovery",),
    do_first="verify the critical ones first",
    effective_when="<= limit",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    uses=("ci.last_seen", "ci.verified_at", "ci.class", "ci.status"),
    headline="{bad} of {all} components were not seen or verified in time.",
    should_be="Servers are seen every 60 days, everything else every year.",
    matters="Decisions rest on a map of what no longer stands there.",
    owner_role="configuration manager",
)
