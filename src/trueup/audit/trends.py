"""Whether an indicator moved: its key measures asked again of the period before (3.4, item 7).

The period before has the same length and ends where the judged one begins. A key measure is
compared where it has a light now, where every table it reads keeps its history (a register of
today says nothing of a year ago), and where that history reaches back to the start of the
period before. Better, same or worse is said only where the change itself shows it; else unknown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import hypot
from typing import Any, Literal

import numpy as np
from scipy import stats

from trueup.audit.context import Context, Period
from trueup.audit.decide import Z90, ends, rejections
from trueup.audit.declare import INDICATORS, Answer, Estimate, Measure
from trueup.audit.indicators import DRAWS, ENOUGH, JUDGED, combined, drawn_u
from trueup.audit.judging import Judged
from trueup.audit.money import months_before
from trueup.audit.stats.shares import wilson

Word = Literal["better", "same", "worse", "unknown"]

BAND = 0.25
SLACK = 10
EARLIEST = 1970
MONEY = frozenset({"cost", "revenue", "budget", "usage", "capacity", "investment", "benefit"})
REGISTERS = frozenset({
    "risk", "control", "licence", "asset", "access", "commitment", "underpinning", "contingency",
})  # fmt: skip
DATED: Mapping[str, str] = {
    "record": "opened_at", "event": "at_occurred", "message": "at", "worklog": "started_at",
    "survey": "sent_at", "change": "start", "outage": "start", "cost": "month", "usage": "month",
    "budget": "month", "revenue": "month", "capacity": "month", "benefit": "month",
    "recovery_test": "at", "complaint_step": "at", "service_review": "due", "risk_event": "at",
    "decision": "at", "control_use": "at", "lost_demand": "month", "provider_guess": "period",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """One key measure then and now: the change, positive where it got worse, with its interval."""

    measure: Measure
    before: Estimate
    now: Estimate
    change: float
    low: float
    high: float
    word: Word


@dataclass(frozen=True, slots=True)
class Trend:
    """The word of one indicator, the period it was compared with, and what each measure did."""

    word: Word
    period: Period
    moves: tuple[Move, ...]


def trends(ctx: Context, judged: Sequence[Judged]) -> dict[str, Trend]:
    """The trend of every indicator by its id."""
    if ctx.period.first.year <= EARLIEST:
        return {}
    period = before(ctx)
    began = _history(ctx)
    keys = [j for j in judged if j.measure.key]
    asked = {
        j.measure.id: found
        for j in keys
        if _comparable(ctx, j, began, period) and (found := _then(ctx, j.measure, period))
    }
    return {
        name: _trend([j for j in keys if j.measure.indicator == name], asked, period, ctx.seed)
        for name in INDICATORS
    }


def before(ctx: Context) -> Period:
    """The period of the same length that ends where the judged one begins; whole months stay so."""
    first, last = ctx.period.first, ctx.period.last
    end = first - timedelta(days=1)
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    start = months_before(first, months) if whole else first - timedelta(days=ctx.period.days)
    return Period.of(start, end, ctx.zone)


def _history(ctx: Context) -> Callable[[str], date | None]:
    """The first day that a dated table holds, asked once a table."""

    def first(table: str) -> date | None:
        def read(ctx: Context) -> date | None:
            column = ctx.table(table)[DATED[table]]
            at = ctx.one(ctx.table(table).agg(first=column.min().cast("date")))["first"]
            return at if at is None else date(at.year, at.month, at.day)

        found: date | None = ctx.value(f"first:{table}", read)
        return found

    return first


def _comparable(
    ctx: Context, judged: Judged, began: Callable[[str], date | None], period: Period
) -> bool:
    """Whether what was recorded can say how the measure stood in the period before."""
    if judged.light not in JUDGED or judged.estimate is None:
        return False
    m = judged.measure
    read = {name.split(".")[0] for name in (*m.tables, *m.needs, *m.uses)}
    if any(ctx.has(table) for table in read & REGISTERS):
        return False
    latest = period.first + timedelta(days=period.days // SLACK)
    dated = [table for table in m.tables if table in DATED]
    firsts = [began(table) for table in dated]
    return bool(dated) and all(at is not None and at <= latest for at in firsts)


def _then(ctx: Context, measure: Measure, period: Period) -> Estimate | None:
    """The measure on the period before, as known at its end; its statements are kept apart."""
    queries: dict[str, list[str]] = {}
    shift = ctx.period.start - period.start
    past = replace(
        ctx, period=period, as_of=ctx.as_of - shift, _kept={}, answers={}, failed={},
        queries=queries, asking=measure.id,
    )  # fmt: skip
    raw = past.answer(measure.id)
    told = [text for statements in queries.values() for text in statements]
    ctx.queries[f"{measure.id} in the period before"] = told
    if not isinstance(raw, Answer) or not isinstance(raw.whole, Estimate):
        return None
    whole = raw.whole
    return whole if whole.value is not None and whole.n >= raw.n_min else None


def _trend(keys: list[Judged], asked: Mapping[str, Estimate], period: Period, seed: int) -> Trend:
    compared = [j for j in keys if j.measure.id in asked]
    moves = [_move(j, asked[j.measure.id]) for j in compared]
    kept = rejections({m.measure.id: _p(m) for m in moves})
    told = tuple(replace(m, word=_word(m, j, kept)) for m, j in zip(moves, compared, strict=True))
    applicable = sum(j.light != "not_applicable" for j in keys)
    share = len(told) / applicable if applicable else 0.0
    word = _together([m.word for m in told], share)
    if word is None:
        word = _by_score(compared, asked, seed)
    return Trend(word, period, told)


def _together(words: list[Word], share: float) -> Word | None:
    """One word for an indicator; None where some got better and others worse.

    Bad news is told even when little could be compared; better and same need 60 % of the key
    measures that apply.
    """
    if "worse" in words:
        return None if "better" in words else "worse"
    if not words or share < ENOUGH:
        return "unknown"
    if "better" in words:
        return "better"
    return "same" if all(word == "same" for word in words) else "unknown"


def _move(judged: Judged, then: Estimate) -> Move:
    """The change with its interval: Newcombe's square-and-add over the two intervals."""
    now = judged.estimate
    assert now is not None
    v1, best1, worst1 = _badness(judged.measure, now)
    v0, best0, worst0 = _badness(judged.measure, then)
    d = v1 - v0
    low, high = d - hypot(v1 - best1, worst0 - v0), d + hypot(worst1 - v1, v0 - best0)
    return Move(judged.measure, then, now, d, low, high, "unknown")


def _badness(measure: Measure, estimate: Estimate) -> tuple[float, float, float]:
    """Value, better end and worse end, turned so that more is worse."""
    spread = _spread(measure, estimate)
    assert spread.value is not None
    better, worse = ends(spread, measure.direction)
    if measure.direction == "up":
        return -spread.value, -better, -worse
    return (abs(spread.value) if measure.direction == "band" else spread.value), better, worse


def _spread(measure: Measure, estimate: Estimate) -> Estimate:
    """An exact count of cases with the interval its number of cases gives (Wilson).

    Money that was counted in full is compared as it is: nothing of it was sampled.
    """
    n, value = estimate.n, estimate.value
    if not estimate.exact or measure.tables[0] in MONEY or value is None or n <= 0:
        return estimate
    scale = 1.0 if measure.unit.startswith("share") else float(n)
    if not 0 <= value / scale <= 1:
        return estimate
    ring = wilson(round(value / scale * n), n)
    low, high = min(ring.low * scale, value), max(ring.high * scale, value)
    return replace(estimate, low=low, high=high)


def _p(move: Move) -> float | None:
    """The two-sided p-value of "nothing changed"; None where both were counted exactly."""
    to_zero = move.change - move.low if move.change > 0 else move.high - move.change
    if to_zero == 0:
        return None if move.change else 1.0
    return float(2 * stats.norm.sf(abs(move.change) * Z90 / to_zero))


def _word(move: Move, judged: Judged, kept: Mapping[str, bool]) -> Word:
    """Same within a quarter of the way from target to limit, else what the interval says."""
    target, limit = judged.bounds.target, judged.bounds.limit
    room = 0.0 if target is None or limit is None else abs(target - limit)
    if -BAND * room <= move.low and move.high <= BAND * room:
        return "same"
    exact = move.low == move.high
    if (exact and room == 0) or move.low <= 0 <= move.high:
        return "unknown"
    if not kept.get(judged.measure.id, exact):
        return "unknown"
    return "worse" if move.change > 0 else "better"


def _by_score(compared: Sequence[Judged], asked: Mapping[str, Estimate], seed: int) -> Word:
    """Where key measures moved apart: the score of all of them then and now, by simulation."""
    then = [replace(j, estimate=asked[j.measure.id]) for j in compared]
    gap = combined(_drawn(compared, seed, "now")) - combined(_drawn(then, seed, "then"))
    low, high = np.quantile(gap, [0.05, 0.95])
    return "better" if low > 0 else "worse" if high < 0 else "unknown"


def _drawn(judged: Sequence[Judged], seed: int, when: str) -> list[np.ndarray[Any, Any]]:
    out = []
    for j in judged:
        digest = hashlib.sha256(f"{seed}trend {when}{j.measure.id}".encode()).digest()
        draws = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        out.append(np.broadcast_to(drawn_u(j, draws), (DRAWS,)))
    return out
