"""K03: Article does not help."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats as sps

from trueup.audit.branches import branched
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.listing import commonest
from trueup.audit.relations import reopened_flag, resolved_in_period
from trueup.audit.shares import listed_rows, share_p
from trueup.audit.stats.shares import CONFIDENCE, wilson, z_of
from trueup.audit.stats.strata import Adjusted, Tables, mantel_haenszel, tabulate

Array = np.ndarray[Any, Any]
ONE = "{bad} of {all} tickets solved with {unit} came back."
WHOLE = "{bad} of {all} tickets solved with an article came back."
VOTES = 20
USES = 20


def ask(ctx: Context) -> Probe | Silent:
    """Articles that help less than their peers, or whose tickets come back."""
    parts: dict[str, Probe | Silent] = {"votes": _votes(ctx)}
    if ctx.has("record.resolved_at"):
        parts["comes back"] = _reopened(ctx)
    return branched(parts)


def _votes(ctx: Context) -> Probe | Silent:
    article, record = ctx.table("article"), ctx.table("record")
    named = record.filter(record["article"].notnull())
    home = commonest(named, "article", "category").rename(aid="of")
    t = article.filter(article["helpful"].notnull() | article["unhelpful"].notnull())
    t = t.left_join(home, t["id"] == home["aid"])
    got = ctx.arrays(
        t.select(
            "id", "category", yes=t["helpful"].fill_null(0), no=t["unhelpful"].fill_null(0)
        ).order_by("id")
    )
    n = got["yes"] + got["no"]
    if n.sum() < VOTES or len(n) < 3:
        return Silent(
            "not_enough_evidence", "too few votes on articles",
            ("article.helpful", "article.unhelpful"),
        )  # fmt: skip
    common = float(got["no"].sum() / n.sum())
    every = np.ones(len(n), dtype=bool)
    whole = _vote_case(ORGANISATION, got, every, 1.0)
    cases = [
        _vote_case(Unit("record", str(i)), got, got["id"] == i, common)
        for i in got["id"][n >= VOTES]
    ]
    for name in sorted({str(v) for v in got["category"] if v is not None}):
        mine = got["category"] == name
        if n[mine].sum() >= VOTES:
            cases.append(_vote_case(Unit("category", name), got, mine, common))
    return Probe(int(n.sum()), int(n.sum()), whole, tuple(cases), VOTES)


def _vote_case(unit: Unit, got: dict[str, Array], mine: Array, limit: float) -> Case:
    """The votes of one article, a category or all; of several only those below the peers count
    as exceptions."""
    bad, n = int(got["no"][mine].sum()), int((got["yes"] + got["no"])[mine].sum())
    ring = wilson(bad, n)
    named = mine & (got["no"] > limit * (got["yes"] + got["no"])) if mine.sum() > 1 else mine
    return Case(
        unit,
        Estimate(ring.value, ring.low, ring.high, n, p=share_p(bad, n, limit)),
        bad,
        n,
        limit=limit,
        bad=lambda: listed_rows(got["id"][named], "readers say that it does not help", "article"),
    )


def _reopened(ctx: Context) -> Probe | Silent:
    record = reopened_flag(ctx, resolved_in_period(ctx), 14)
    got = ctx.arrays(
        record.select("id", "article", "priority", "category", "reopened").order_by("id")
    )
    known = np.array([a is not None for a in got["article"]], dtype=bool)
    if known.sum() < USES:
        return Silent("not_enough_evidence", "too few tickets name an article", ("record.article",))
    again = got["reopened"].astype(bool)
    stratum = np.array(
        [f"{p}|{c}" for p, c in zip(got["priority"], got["category"], strict=True)], dtype=object
    )
    names, counts = np.unique(got["article"][known].astype(str), return_counts=True)
    cases = [
        _again_case(ctx, Unit("record", str(name)), got, got["article"] == name, again, stratum)
        for name in names[counts >= USES]
    ]
    whole = _again_case(ctx, ORGANISATION, got, known, again, stratum)
    n = int(known.sum())
    return Probe(n, n, whole, tuple(cases), USES)


def _again_case(
    ctx: Context, unit: Unit, got: dict[str, Array], mine: Array, again: Array, stratum: Array
) -> Case:
    """Within strata; a sign flip against the raw figures makes no claim (3.1)."""
    fair = mantel_haenszel(_never_none(tabulate(again, mine, stratum)))
    bad = int((mine & again).sum())
    return Case(
        unit,
        Estimate(
            fair.value,
            fair.low,
            fair.high,
            int(mine.sum()),
            p=_ratio_p(fair, ctx.number("ratio")),
            method="compared",
        ),
        bad,
        int(mine.sum()),
        tripped=False if fair.flips else None,
        limit=ctx.number("ratio"),
        bad=lambda: listed_rows(got["id"][mine & again], "named an article, and came back"),
        good=lambda: listed_rows(got["id"][mine & ~again][:20], ""),
        headline=WHOLE if unit == ORGANISATION else ONE,
    )


def _never_none(t: Tables) -> Tables:
    """Where no other ticket ever came back: half a one (Haldane 1956), all strata as one."""
    if t.c.sum() or not t.a.sum():
        return t
    return Tables(
        np.array([t.a.sum() + 0.5]), np.array([t.n1.sum() + 0.5]),
        np.array([0.5]), np.array([t.n0.sum() + 0.5]),
    )  # fmt: skip


def _ratio_p(fair: Adjusted, limit: float) -> float | None:
    """The p-value of "not above the limit": a ratio is normal on the log scale, as its interval."""
    if not fair.low or not fair.value or fair.low <= 0 or fair.value == fair.low:
        return None
    spread = float(np.log(fair.value / fair.low)) / z_of(CONFIDENCE)
    return float(sps.norm.sf(float(np.log(fair.value / limit)) / spread))


CHECK = Check(
    id="K03",
    area="Knowledge",
    title="Article does not help",
    question="Which articles fail?",
    tables=("article", "record"),
    rule=(
        "article.helpful / (article.helpful + article.unhelpful), shrunk by beta-binomial, "
        "below the peers after BH; or reopen rate (I02) of records naming the article >= ratio "
        "x that of the others within priority x category, with its interval. [unit: category, "
        "record]"
    ),
    parameters={
        "ratio": 1.5,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 7.6", "COBIT BAI08", "ITIL Knowledge management", "FitSM PR10.4"),
    causes=("wrong", "unclear"),
    do_first="rewrite it, test with three users",
    effective_when="helpful share at the level of the peers",
    tier=3,
    ask=ask,
    caps=(),
    indicators=("communication",),
    needs=("record.article",),
    uses=("article.helpful", "article.unhelpful", "record.category", "record.priority"),
    headline="{bad} of {all} readers say that {unit} does not help.",
    should_be="An article solves what it promises to solve.",
    matters="People try, fail, and call all the same.",
    owner_role="knowledge owner",
    limit="ratio",
)
