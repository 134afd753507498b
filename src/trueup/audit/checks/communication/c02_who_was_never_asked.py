"""C02: Who was never asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats as sps

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Rows, Silent, Unit
from trueup.audit.shares import listed_rows
from trueup.audit.stats.groups import funnel_shares
from trueup.audit.stats.inference import bh
from trueup.audit.stats.shares import Interval, newcombe, wilson
from trueup.audit.voice import invitations

Array = np.ndarray[Any, Any]
CHANCE = 0.005
LEAST = 0.05
MOSTLY = 0.5
NEARLY_ALL = 0.9
LESS = "{sort} are asked about {gap} points less often than the others."
MORE = "{sort} are asked about {gap} points more often than the others."
OFTENER = "{unit} asks about {asked} of its tickets, the middle team about {middle}."
SORTS = {"reopened": "Tickets that came back", "missed": "Late tickets"}


def ask(ctx: Context) -> Probe | Silent:
    """Who is asked: does it depend on the team or on how it went; and do people answer?

    "Differs" is either way: records that went wrong may be asked about less or more often, and a
    team may ask more than the others.
    """
    got = ctx.arrays(_closed(ctx).order_by("id"))
    n = len(got["id"])
    if n < ctx.number("min_n"):
        least = f"{ctx.number('min_n'):.0f}"
        return Silent("not_enough_evidence", f"{n} closed records; {least} are needed")
    asked = got["asked"].astype(bool)
    every = np.ones(n, dtype=bool)
    few = _few(ctx, ORGANISATION, got, every)
    gaps = {name: _outcome(got, asked, name) for name in ("reopened", "missed")}
    chosen = {
        name: g for name, g in gaps.items() if g and g[1] < CHANCE and abs(g[0].value) >= LEAST
    }
    units = _teams(ctx, got, asked)
    whole = _whole(ctx, got, asked)
    if chosen:
        name = max(chosen, key=lambda key: abs(chosen[key][0].value))
        whole = _by_outcome(whole, chosen[name][0], n, name)
    elif (picked := _picked(got, asked)) is not None:
        whole = picked
    elif few is not None and few.tripped:
        whole = few
    return Probe(n, n, whole, tuple(units), floor=int(ctx.number("min_n")))


def _whole(ctx: Context, got: dict[str, Array], asked: Array) -> Case:
    """Everybody who was never asked: shown where no selection is proved."""
    left, n = ~asked, len(asked)
    ring = wilson(int(left.sum()), n)
    return Case(
        ORGANISATION, Estimate(ring.value, ring.low, ring.high, n, exact=True), int(left.sum()), n,
        tripped=False, bad=_rows(got["id"][left]),
        good=lambda: listed_rows(got["id"][asked][:20], ""),
    )  # fmt: skip


def _by_outcome(whole: Case, gap: Interval, n: int, name: str) -> Case:
    """The gap: how much less (below 0: more) often it is asked where it went wrong."""
    return replace(
        whole, estimate=Estimate(gap.value, gap.low, gap.high, n, exact=True), tripped=True,
        branch="asked by outcome", headline=LESS if gap.value > 0 else MORE,
        words={"gap": f"{100 * abs(gap.value):.0f}", "sort": SORTS[name]},
    )  # fmt: skip


def _picked(got: dict[str, Array], asked: Array) -> Case | None:
    """The share of the invitations that an agent sent; None unless it is surely more than half
    while many tickets were left out."""
    by_agent = asked & (got["sent_by"] == "agent")
    known = asked & np.array([v is not None for v in got["sent_by"]], dtype=bool)
    n = int(known.sum())
    if not n or asked.mean() >= NEARLY_ALL:
        return None
    ring = wilson(int(by_agent.sum()), n)
    if ring.low <= MOSTLY:
        return None
    return Case(
        ORGANISATION, Estimate(ring.value, ring.low, ring.high, n, exact=True),
        int(by_agent.sum()), n, tripped=True, branch="agents choose",
        bad=lambda: listed_rows(got["id"][by_agent], "an agent chose to ask about it"),
        good=lambda: listed_rows(got["id"][known & ~by_agent][:20], ""),
        headline="Agents chose whom to ask in {bad} of {all} invitations.",
    )  # fmt: skip


def _few(ctx: Context, unit: Unit, got: dict[str, Array], mine: Array) -> Case | None:
    """The share of the invited of a unit who answered; None where too few were invited."""
    asked = got["asked"].astype(bool) & mine
    answered = got["answered"].astype(bool) & asked
    n, least = int(asked.sum()), ctx.number("response")
    if n < ctx.number("min_n"):
        return None
    ring = wilson(int(answered.sum()), n)
    silent = asked & ~answered
    p = float(sps.binom.cdf(int(answered.sum()), n, least))
    return Case(
        unit, Estimate(ring.value, ring.low, ring.high, n, p=p, exact=unit == ORGANISATION),
        int(silent.sum()), n, tripped=ring.high < least, branch="few answer",
        limit=least if ring.high < least else float("inf"),
        bad=lambda: listed_rows(got["id"][silent], "asked, and nobody answered"),
        good=lambda: listed_rows(got["id"][answered][:20], ""),
        headline="{value} of {all} people who were asked did answer.",
    )  # fmt: skip


def _closed(ctx: Context) -> Any:
    record, result, t = ctx.table("record"), ctx.table("target_result"), invitations(ctx)
    mine = record.filter(
        (record["state"] == "closed") & ctx.within(record["closed_at"])
        & record["kind"].isin(["incident", "request"])
    )  # fmt: skip
    seen = t.filter(t["record"].notnull()).select("sent_by", sid="record", answered="answered")
    late = result.group_by(lid=result["record"]).agg(met=result["met"].min())
    joined = mine.left_join(seen, mine["id"] == seen["sid"])
    joined = joined.left_join(late, joined["id"] == late["lid"])
    return joined.select(
        "id", "team", "sent_by", asked=joined["sid"].notnull(),
        answered=joined["answered"].fill_null(False),
        reopened=joined["reopen_count"].fill_null(0) > 0, missed=~joined["met"].fill_null(True),
    )  # fmt: skip


def _teams(ctx: Context, got: dict[str, Any], asked: Array) -> list[Case]:
    teams, at = np.unique(np.array([t or "" for t in got["team"]]), return_inverse=True)
    n, k = np.bincount(at), np.bincount(at, asked.astype(float))
    use = np.flatnonzero((n >= ctx.number("min_n")) & (teams != ""))
    if len(use) < 2:
        return []
    funnel = funnel_shares(k[use], n[use])
    kept = bh(list(funnel.p))
    middle = _middle(k[use] / n[use], n[use])
    cases = []
    for i, j in enumerate(use):
        share = float(k[j] / n[j])
        differs = bool(kept[i]) and abs(share - funnel.centre) >= LEAST
        unit, mine = Unit("team", str(teams[j])), at == j
        if differs and share - middle >= LEAST:
            cases.append(_oftener(unit, got, mine & asked, int(n[j]), middle, float(funnel.p[i])))
            continue
        left = mine & ~asked
        ring = wilson(int(left.sum()), int(n[j]))
        seldom = Case(
            unit,
            Estimate(
                ring.value, ring.low, ring.high, int(n[j]), p=float(funnel.p[i]), method="compared"
            ),
            int(left.sum()), int(n[j]), branch="asked by team",
            tripped=differs and middle - share >= LEAST,
            bad=_rows(got["id"][left]),
        )  # fmt: skip
        few = None if seldom.tripped else _few(ctx, unit, got, mine)
        cases.append(few if few is not None and few.tripped else seldom)
    return cases


def _middle(shares: Array, n: Array) -> float:
    """The share of the team in which the middle ticket lies: what is usual here.

    One team far from the others moves the common share, so that all others differ from it too.
    """
    order = np.argsort(shares)
    reached = np.cumsum(n[order]) * 2 >= n.sum()
    return float(shares[order][np.argmax(reached)])


def _oftener(unit: Unit, got: dict[str, Any], mine: Array, n: int, middle: float, p: float) -> Case:
    """A team that asks more of its people than is usual: its answers weigh too much."""
    ring = wilson(int(mine.sum()), n)
    return Case(
        unit, Estimate(ring.value, ring.low, ring.high, n, p=p, method="compared"),
        int(mine.sum()), n, branch="asked by team", tripped=True,
        bad=lambda: listed_rows(got["id"][mine], "asked more often than is usual"),
        words={"asked": f"{ring.value:.0%}", "middle": f"{middle:.0%}"}, headline=OFTENER,
    )  # fmt: skip


def _rows(ids: Array) -> Rows:
    return lambda: listed_rows(ids, "closed and never asked")


def _outcome(got: dict[str, Any], asked: Array, name: str) -> tuple[Interval, float] | None:
    """How much less often records with a bad outcome are asked about, and its p-value."""
    bad = got[name].astype(bool)
    if bad.sum() < 20 or (~bad).sum() < 20:
        return None
    d = newcombe(int(asked[~bad].sum()), int((~bad).sum()), int(asked[bad].sum()), int(bad.sum()))
    pooled = asked.mean()
    se = np.sqrt(pooled * (1 - pooled) * (1 / bad.sum() + 1 / (~bad).sum()))
    z = d.value / se if se > 0 else 0.0
    return d, float(2 * sps.norm.sf(abs(float(z))))


CHECK = Check(
    id="C02",
    area="Communication and feedback",
    title="Who was never asked",
    question="Is feedback selective?",
    tables=("survey", "record"),
    rule=(
        "MC-03: share of closed records with a survey row differs by record.team or by outcome "
        "(reopened, target missed) after BH with phi; or the response rate (survey.answered_at "
        "set / invited) has its upper bound < response. [unit: team]"
    ),
    parameters={
        "response": 0.10,
        "min_n": 50,
    },
    gate=True,
    blocks=("MC-01", "MC-02", "MC-11", "MC-12", "MC-16"),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.2",
        "COBIT APO08",
        "COBIT MEA01",
        "ITIL Relationship management",
        "FitSM PR7.6",
    ),
    causes=("sent by hand",),
    do_first="random automatic invitation",
    effective_when="no selection and response >= 15 %",
    tier=2,
    ask=ask,
    caps=("C01", "C05", "C07", "S04"),
    indicators=("communication",),
    needs=("survey.record",),
    headline="{bad} of {all} closed tickets were never asked about.",
    should_be="Everybody is asked by a rule, however it went.",
    matters="Satisfaction figures speak for those who were asked, not for all.",
    measure="MC-03",
    owner_role="service desk lead",
    limit="none",
)
