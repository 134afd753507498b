"""N03: Doubles and orphans."""

from __future__ import annotations

import ibis

from trueup.audit.branches import branched
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion

TWICE = {"category": "{unit}: {bad} of {all} components stand there twice."}
LOOSE = {
    "category": "{unit}: {bad} of {all} critical components hang on nothing.",
    "ci": "{unit} is critical (level 1 or 2) and hangs on nothing.",
}


def ask(ctx: Context) -> Probe | Silent:
    """CIs that stand there twice, and critical ones connected to nothing."""
    return branched({"doubles": _doubles(ctx), "orphans": _orphans(ctx)})


def _doubles(ctx: Context) -> Probe | Silent:
    ci = ctx.table("ci")
    name = ci["name"].lower().re_replace(r"[^\w]+", " ").strip()
    t = ci.mutate(plain=ibis.ifelse(name == "", ibis.null(), name))
    serials = t.filter(t["serial"].notnull() & (t["serial"] != "")).group_by("serial")
    often = serials.agg(n=ibis._.count()).filter(lambda s: s["n"] > 1).select(ds="serial")
    names = t.filter(t["plain"].notnull()).group_by("plain", "class").agg(n=ibis._.count())
    twice = names.filter(names["n"] > 1).select(dn="plain", dc="class")
    t = t.left_join(often, t["serial"] == often["ds"])
    t = t.left_join(twice, (t["plain"] == twice["dn"]) & t["class"].identical_to(twice["dc"]))
    rows = t.select(
        "id", category=t["class"], ci=t["id"], at=ibis.null().cast("timestamp"),
        bad=t["ds"].notnull() | t["dn"].notnull(),
        why=ibis.ifelse(t["ds"].notnull(), "shares its serial number", "shares name and class"),
    )  # fmt: skip
    return ShareQuestion(
        ctx, rows, ctx.number("dup_limit"), kinds=("category",), table="ci", one=TWICE
    ).probe()  # fmt: skip


def _orphans(ctx: Context) -> Probe | Silent:
    ci, relation = ctx.table("ci"), ctx.table("relation")
    ends = relation.select(end="parent").union(relation.select(end="child")).distinct()
    t = ci.filter(ci["criticality"] <= 2)
    t = t.left_join(ends, t["id"] == ends["end"])
    rows = t.select(
        "id", category=t["class"], ci=t["id"], at=ibis.null().cast("timestamp"),
        bad=t["end"].isnull(), why=ibis.literal("critical, and connected to nothing"),
    )  # fmt: skip
    return ShareQuestion(
        ctx, rows, 0.0, kinds=("category", "ci"), table="ci", exact=True, floor=1,
        one=LOOSE,
    ).probe()  # fmt: skip


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
    indicators=("risk_impact",),
    uses=("ci.serial", "ci.name", "ci.class", "ci.criticality"),
    headline="{bad} of {all} components stand there twice or hang on nothing.",
    should_be="Each component stands in the map once, connected to what it carries.",
    matters="Impact is guessed when the map has doubles and loose ends.",
    owner_role="configuration manager",
    limit="dup_limit",
)
