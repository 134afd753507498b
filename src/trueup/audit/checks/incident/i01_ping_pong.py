"""I01: Ping-pong."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import Case, Check, Effect, Estimate, Probe, Silent, Unit
from trueup.audit.relations import hours_between, incidents, team_paths, team_steps
from trueup.audit.shares import ShareQuestion, share_p
from trueup.audit.stats.shares import wilson

TOP_PAIRS = 5


def ask(ctx: Context) -> Probe | Silent:
    """Share of incidents with A-B-A, the extra time it goes with, and the pairs it happens in."""
    rows = bounces(ctx)
    limit = ctx.number("limit")
    question = ShareQuestion(ctx, rows, limit, kinds=("team",))
    probe = question.probe()
    if isinstance(probe, Silent):
        return probe
    low, likely, high, pairs = extra_hours(ctx, rows)
    costly = low is not None and low > 0
    whole = _with_time(probe.whole, costly, low, likely, high, ctx)
    units = tuple(_with_time(case, costly, low, likely, high, ctx) for case in probe.units)
    units += tuple(_pairs(ctx, probe.tested, limit)) if costly else ()
    note = f"{pairs} pairs compared within equal number of teams, priority and category"
    return Probe(probe.population, probe.tested, whole, units, watch=probe.watch, notes=(note,))


def bounces(ctx: Context) -> Any:
    """Incidents held by at least one team, with ``bad`` where a pattern A-B-A occurs."""
    record, paths = incidents(ctx), team_paths(ctx)
    joined = record.join(paths, record["id"] == paths["record"])
    return joined.select(
        id=joined["id"],
        at=joined["opened_at"],
        bad=joined["bounced"],
        why=ibis.literal("went back to a team that had passed it on; teams in turn: ")
        + joined["steps"].cast("string"),
        team=joined["entry"],
        steps=joined["steps"],
        stratum=joined["priority"].fill_null(0).cast("string")
        + "|"
        + joined["category"].fill_null(""),
        hours=hours_between(joined["resolved_at"], joined["opened_at"]),
    )


def extra_hours(ctx: Context, rows: Any) -> tuple[float | None, float, float, int]:
    """Mean extra hours of A-B-A within equal teams, priority and category, with its interval.

    Where no other ticket went through as many teams, those with one hand-over stand beside them.
    """
    solved = rows.filter((rows["hours"] >= 0) & (rows["steps"] >= 3))
    equal = _extra(ctx, solved)
    if equal[0] is not None:
        return equal
    near = rows.filter((rows["hours"] >= 0) & (rows["bad"] | (rows["steps"] == 2)))
    return _extra(ctx, near.mutate(steps=ibis.literal(2)))


def _extra(ctx: Context, solved: Any) -> tuple[float | None, float, float, int]:
    by = solved.group_by("steps", "stratum").agg(
        b=solved["hours"].mean(where=solved["bad"]),
        g=solved["hours"].mean(where=~solved["bad"]),
        vb=solved["hours"].var(where=solved["bad"]),
        vg=solved["hours"].var(where=~solved["bad"]),
        nb=solved["bad"].cast("int64").sum(),
        ng=(~solved["bad"]).cast("int64").sum(),
    )
    got = ctx.arrays(by.order_by("steps", "stratum"))
    use = (got["nb"] >= 2) & (got["ng"] >= 2) if len(got["nb"]) else np.zeros(0, dtype=bool)
    if not use.any():
        return None, 0.0, 0.0, 0
    w = got["nb"][use].astype(float)
    w /= w.sum()
    diff = float((w * (got["b"][use] - got["g"][use])).sum())
    spread = got["vb"][use] / got["nb"][use] + got["vg"][use] / got["ng"][use]
    se = float(np.sqrt((w**2 * np.nan_to_num(spread.astype(float))).sum()))
    return diff - 1.6449 * se, diff, diff + 1.6449 * se, int(got["nb"][use].sum())


def _with_time(
    case: Case, costly: bool, low: float | None, likely: float, high: float, ctx: Context
) -> Case:
    e = case.estimate
    yearly = case.exceptions * 365.25 / ctx.period.days
    hours = (yearly * max(low or 0.0, 0.0), yearly * likely, yearly * high) if costly else None
    tripped = bool(costly and e.low is not None and e.low > (case.limit or 0.0))
    caveats = () if costly else ("the extra time within equal number of teams is not proved",)
    return Case(
        case.unit, e, case.exceptions, case.tested, limit=case.limit, tripped=tripped,
        bad=case.bad, good=case.good, effect=Effect(hours=hours), caveats=caveats,
        grade="observation" if e.value is not None and e.value > ctx.number("red_limit") else None,
    )  # fmt: skip


def _pairs(ctx: Context, tested: int, limit: float) -> list[Case]:
    """The few pairs of teams between which most returns happen."""
    steps, record = team_steps(ctx), incidents(ctx).select(rid="id")
    back = steps.filter((steps["team"] == steps["before2"]).fill_null(False))
    back = back.semi_join(record, back["record"] == record["rid"])
    named = back.mutate(
        pair=ibis.least(back["team"], back["before"])
        + "|"
        + ibis.greatest(back["team"], back["before"])
    )
    top = ctx.rows(
        named.group_by("pair").agg(n=named["record"].nunique())
        .order_by(ibis.desc("n"), "pair").limit(TOP_PAIRS)
    )  # fmt: skip
    return [_pair(ctx, named, row["pair"], int(row["n"]), tested, limit / TOP_PAIRS) for row in top]


def _pair(ctx: Context, named: Any, pair: str, n: int, tested: int, limit: float) -> Case:
    ring = wilson(n, tested)
    a, b = pair.split("|", 1)

    def listed() -> pa.Table:
        mine = named.filter(named["pair"] == pair)
        rows = mine.select(
            table=ibis.literal("record"), id=mine["record"],
            why=ibis.literal(f"came back between {a} and {b}"),
        )  # fmt: skip
        return ctx.backend.fetch(rows.distinct().order_by("id"))

    return Case(
        Unit("pair", pair),
        Estimate(n / tested, ring.low, ring.high, tested, p=share_p(n, tested, limit)),
        n,
        tested,
        limit=limit,
        bad=listed,
        headline=f"{n:,} of {tested:,} tickets came back between {a} and {b}.",
    )


CHECK = Check(
    id="I01",
    area="Incident",
    title="Ping-pong",
    question="Do tickets bounce between teams?",
    tables=("record", "event"),
    rule=(
        "Sequence of event.team per record, equal neighbours collapsed: share of incidents with"
        " a pattern A-B-A > limit (red at red_limit) and the extra time of A-B-A within equal "
        "number of teams, stratified by priority x category, > 0 with its interval. Top pairs "
        "by Pareto. [unit: pair, team]"
    ),
    parameters={
        "limit": 0.05,
        "red_limit": 0.15,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Incident management", "FitSM PR9.3"),
    causes=("unclear ownership", "wrong routing", "missing knowledge"),
    do_first='agree an owner for the top pair; routing rule; "return needs a reason"',
    effective_when="the pair's share halved and the time effect gone",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    headline="{bad} of {all} tickets came back to a team that had already passed them on.",
    should_be="A ticket does not come back to a team that gave it away.",
    matters="Each return adds hours of waiting within the same number of teams.",
    needs=("event.team",),
    measure="MC-09",
    owner_role="incident process owner",
)
