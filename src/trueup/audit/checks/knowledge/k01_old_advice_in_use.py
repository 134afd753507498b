"""K01: Old advice in use."""

from __future__ import annotations

import ibis
import numpy as np

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import commonest, question, today


def ask(ctx: Context) -> Probe | Silent:
    """Published articles in much use that nobody has looked at for long."""
    if not held(ctx, "article.reviewed_at") and not held(ctx, "article.review_due"):
        gaps = ("article.reviewed_at", "article.review_due")
        return Silent("not_enough_evidence", "reviews are not recorded", gaps)
    article, record = ctx.table("article"), ctx.table("record")
    since = ctx.now - ibis.interval(days=90)
    used = record.filter(
        record["article"].notnull()
        & (record["opened_at"] > since)
        & (record["opened_at"] <= ctx.now)
    )
    count = used.group_by(aid=used["article"]).agg(uses=used.count())
    team = commonest(used, "article", "team").rename(ta="of")
    category = commonest(used, "article", "category").rename(ca="of")
    t = article.filter(article["state"] == "published").join(count, article["id"] == count["aid"])
    t = t.left_join(team, t["id"] == team["ta"])
    t = t.left_join(category, t["id"] == category["ca"])
    t = t.filter(t["uses"] >= ctx.number("uses"))
    got = ctx.arrays(
        t.select("id", "team", "category", "reviewed_at", "review_due", "uses").order_by("id")
    )
    if not len(got["id"]):
        return Silent("not_applicable", "no published article is in such use")
    months = today(ctx).astype("datetime64[M]") - int(ctx.number("age_months"))
    edge = months.astype("datetime64[D]") + (today(ctx) - today(ctx).astype("datetime64[M]"))
    looked = got["reviewed_at"].astype("datetime64[D]")
    due = got["review_due"].astype("datetime64[D]")
    old = (np.isnat(looked) & held(ctx, "article.reviewed_at")) | (looked < edge)
    old |= ~np.isnat(due) & (due < today(ctx))
    return question(
        ctx, got, old, why="used often, and not reviewed in time", table="article",
        kinds=("team", "category"), exact=True,
    ).probe()  # fmt: skip


CHECK = Check(
    id="K01",
    area="Knowledge",
    title="Old advice in use",
    question="Do people follow outdated articles?",
    tables=("article", "record"),
    rule=(
        "article.state = published, named in record.article of >= uses records opened in the "
        "last 90 days, and article.reviewed_at null or older than age_months, or "
        "article.review_due passed. [unit: team, category]"
    ),
    parameters={
        "uses": 5,
        "age_months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 7.6", "COBIT BAI08", "ITIL Knowledge management", "FitSM PR10.4"),
    causes=("no owner",),
    do_first="review the top 10 by use",
    effective_when="0 among the 50 most used",
    tier=3,
    ask=ask,
    caps=(),
    limit="uses",
    indicators=("communication",),
    needs=("article.state", "record.article"),
    uses=("article.reviewed_at", "article.review_due", "record.team", "record.category"),
    headline="{bad} of {all} much used articles were not reviewed in time.",
    should_be="What people rely on is looked at at least once a year.",
    matters="People follow advice that may no longer be true.",
    owner_role="knowledge owner",
    mandatory=True,
)
