"""N01: Tickets without CI."""

from __future__ import annotations

from dataclasses import replace

import ibis

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Incidents that name no CI, and changes that name none where both are recorded."""
    if not held(ctx, "record.ci"):
        return Silent("not_enough_evidence", "components are not recorded", ("record.ci",))
    record = ctx.table("record")
    mine = record.filter((record["kind"] == "incident") & ctx.within(record["opened_at"]))
    rows = mine.select(
        table=ibis.literal("record"), id=mine["id"], at=mine["opened_at"], bad=mine["ci"].isnull(),
        why=ibis.literal("names no CI"), team=mine["team"],
    )  # fmt: skip
    if ctx.has("change", "change_ci"):
        rows = rows.union(_changes(ctx))
    question = ShareQuestion(ctx, rows, ctx.number("limit"), kinds=("team",))
    probe = question.probe()
    if not isinstance(probe, Probe):
        return probe
    low = probe.whole.estimate.low
    blind = low is not None and low > ctx.number("gate_limit")
    return probe if blind else replace(probe, blocks=())


def _changes(ctx: Context) -> ibis.Table:
    change, link, record = ctx.table("change"), ctx.table("change_ci"), ctx.table("record")
    named = link.select(named="change").distinct()
    home = record.select(rid="id", team="team", opened_at="opened_at")
    t = change.join(home, change["record"] == home["rid"]).left_join(
        named, change["record"] == named["named"]
    )
    t = t.filter(ctx.within(t["opened_at"]))
    return t.select(
        table=ibis.literal("change"), id=t["record"], at=t["opened_at"], bad=t["named"].isnull(),
        why=ibis.literal("changes no named CI"), team=t["team"],
    )  # fmt: skip


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
    uses=("record.ci", "record.team", "change_ci"),
    headline="{bad} of {all} incidents and changes do not say what they touch.",
    should_be="An incident names the thing that broke.",
    matters="Nobody can see what breaks often, or what a change will hit.",
    owner_role="configuration manager",
)
