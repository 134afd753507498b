"""I08: Growing backlog."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from scipy import stats

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.stats.intervals import rate_ratio
from trueup.audit.stats.trend import theil_sen

WEEK = np.timedelta64(7, "D")
SURE = 1.6449


def ask(ctx: Context) -> Probe | Silent:
    """Weekly open records: does the number grow, and does more arrive than leaves?"""
    if not ctx.has("record.resolved_at") and not ctx.has("record.closed_at"):
        return Silent("not_enough_evidence", "no end is recorded", ("record.resolved_at",))
    got = ctx.arrays(_spans(ctx).order_by("id"))
    weeks = int(ctx.number("weeks"))
    ends = _week_ends(ctx, weeks)
    if len(ends) < weeks or len(got["id"]) < 30:
        return Silent("not_enough_evidence", f"{len(ends)} weeks; {weeks} are needed")
    whole = _case(ctx, ORGANISATION, got, np.ones(len(got["id"]), dtype=bool), ends)
    units = []
    for kind in ("team", "category"):
        names, counts = np.unique(got[kind][got[kind] != None].astype(str), return_counts=True)  # noqa: E711
        for name in names[counts >= 30]:
            units.append(_case(ctx, Unit(kind, str(name)), got, got[kind] == name, ends))
    n = len(got["id"])
    return Probe(n, n, whole, tuple(units))


def _spans(ctx: Context) -> Any:
    record = ctx.table("record")
    return record.filter(record["opened_at"] < ctx.now).select(
        "id", "team", "category", at="opened_at",
        end=record["resolved_at"].coalesce(record["closed_at"]),
    )  # fmt: skip


def _p(arrived: int, left: int) -> float:
    """One-sided p-value of "no more arrives than leaves": the count among both is binomial."""
    return float(stats.binom.sf(arrived - 1, arrived + left, 0.5)) if arrived + left else 1.0


def _week_ends(ctx: Context, weeks: int) -> np.ndarray[Any, Any]:
    """The ends of the last whole weeks inside the period."""
    end = np.datetime64(min(ctx.as_of, ctx.period.end))
    start = np.datetime64(ctx.period.start)
    ends = np.array([end - WEEK * i for i in range(weeks)][::-1])
    return np.asarray(ends[ends - WEEK >= start])


def _case(
    ctx: Context,
    unit: Unit,
    got: dict[str, Any],
    mine: np.ndarray[Any, Any],
    ends: np.ndarray[Any, Any],
) -> Case:
    at = np.sort(got["at"][mine])
    gone = np.sort(got["end"][mine][~np.isnat(got["end"][mine])])
    stock = np.searchsorted(at, ends, "right") - np.searchsorted(gone, ends, "right")
    first = ends[0] - WEEK
    arrived = int(np.searchsorted(at, ends[-1]) - np.searchsorted(at, first))
    left = int(np.searchsorted(gone, ends[-1]) - np.searchsorted(gone, first))
    slope = theil_sen(np.arange(len(ends), dtype=float), stock.astype(float), ctx.rng(str(unit)))
    ratio = rate_ratio(arrived, 1.0, left, 1.0)
    more = left > 0 and ratio.low > ctx.number("ratio")
    grows = slope.low > 0 and arrived - left > SURE * np.sqrt(max(arrived + left, 1))
    still = mine & (np.isnat(got["end"]) | (got["end"] > ends[-1])) & (got["at"] <= ends[-1])

    def listed() -> pa.Table:
        ids = [str(i) for i in got["id"][still]]
        why = ["still open at the end of the last week"] * len(ids)
        return pa.table(
            {"table": ["record"] * len(ids), "id": pa.array(ids, pa.string()), "why": why}
        )

    return Case(
        unit,
        Estimate(
            ratio.value,
            ratio.low,
            ratio.high,
            arrived + left,
            p=_p(arrived, left),
            method="compared",
        ),
        int(still.sum()),
        int(mine.sum()),
        limit=ctx.number("ratio"),
        tripped=bool(more or grows),
        bad=listed,
        branch="slope and arrivals"
        if grows and more
        else "arrivals"
        if more
        else "slope"
        if grows
        else "",
        words={"arrived": f"{arrived:,}", "left": f"{left:,}", "weeks": str(len(ends))},
    )


CHECK = Check(
    id="I08",
    area="Incident",
    title="Growing backlog",
    question="Do we solve as much as arrives?",
    tables=("record",),
    rule=(
        "Weekly count of records open at the week's end (record.opened_at <= t < "
        "coalesce(record.resolved_at, record.closed_at, as_of)): Theil-Sen slope > 0 with its "
        "block-bootstrap interval over >= weeks; or arrivals / departures of the last weeks > "
        "ratio with its interval. [unit: team, category]"
    ),
    parameters={
        "weeks": 8,
        "ratio": 1.05,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.4.2",
        "ISO 20000-1 8.6.1",
        "COBIT APO07",
        "COBIT DSS02",
        "ITIL Workforce and talent management",
        "FitSM PR5.2",
    ),
    causes=("step in volume", "absence", "slower work"),
    do_first="find the driving category; shift staff",
    effective_when="slope <= 0 for 6 weeks",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("communication",),
    headline="In {weeks} weeks {arrived} tickets arrived and {left} were solved.",
    should_be="As much is solved as arrives, or somebody has decided otherwise.",
    matters="What waits today is late tomorrow.",
    owner_role="team lead",
    limit="ratio",
)
