"""MC-07: Longest silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.context import Context, column_array
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.promises import hours_promised, promised
from trueup.audit.relations import asked_in_period, record_events
from trueup.audit.shares import from_arrays

Array = np.ndarray[Any, Any]
LIMIT = 0.25
PAIRS_MOST = 4_000_000


def judge(ctx: Context) -> Answer | Silent:
    """Share of records whose longest gap between public words is longer than the promise."""
    got = silences(ctx)
    if not len(got["id"]):
        return Silent("not_applicable", "no record was opened in the period")
    question = from_arrays(
        ctx, got, got["hours"] > got["promise"], LIMIT, kinds=("customer", "team")
    )
    return question.answer(30, 30)


def silences(ctx: Context) -> dict[str, Any]:
    """Per record its longest silence in business hours, pauses for the customer left out.

    Arrays id, at, customer, team, priority, hours and promise (hours); open records run to the
    audit's as-of instant.
    """
    found: dict[str, Any] = ctx.value("silences", _silences)
    return found


def _silences(ctx: Context) -> dict[str, Any]:
    spans = ctx.fetch(_spans(ctx).order_by("id"))
    ends = {name: column_array(spans[name]) for name in spans.column_names}
    n = len(ends["id"])
    index, words = _placed(ctx, _words(ctx).order_by("record", "at"), spans["id"])
    inside = index >= 0
    stop = np.where(np.isnat(ends["end"]), np.datetime64(ctx.as_of), ends["end"])
    rows = np.concatenate([np.arange(n), index[inside], np.arange(n)])
    at = np.concatenate([ends["at"], words["at"][inside], stop])
    keep = (at >= ends["at"][rows]) & (at <= stop[rows])
    rows, at = rows[keep], at[keep]
    order = np.lexsort((at, rows))
    rows, at = rows[order], at[order]
    same = rows[1:] == rows[:-1]
    promise = promised(ctx, "update", ends, "update_p{}_h")
    calendar = promise.calendar[rows]
    gaps = hours_promised(ctx, at[:-1], at[1:], calendar[:-1])
    gaps = gaps - _paused(ctx, spans["id"], rows, at, calendar)
    longest = np.zeros(n)
    np.maximum.at(longest, rows[1:][same], gaps[same])
    return {**ends, "hours": longest, "promise": promise.hours}


def _placed(ctx: Context, rows: Any, ids: Any) -> tuple[Array, dict[str, Array]]:
    """For each row the last place of its record among `ids` (-1: none), and its other columns."""
    got, last = ctx.fetch(rows), len(ids) - 1
    backwards = ids.take(pa.array(np.arange(last, -1, -1))).combine_chunks()
    place = pc.index_in(got["record"], value_set=backwards)
    others = {name: column_array(got[name]) for name in got.column_names if name != "record"}
    return last - place.fill_null(last + 1).to_numpy().astype(np.int64), others


def _words(ctx: Context) -> Any:
    message = ctx.table("message")
    public = message.filter(message["public"] & ~message["automatic"].fill_null(False))
    return public.select("record", "at")


def _spans(ctx: Context) -> Any:
    record = asked_in_period(ctx)
    return record.select(
        "id", "customer", "team", "service", at=record["opened_at"],
        end=record["resolved_at"].coalesce(record["closed_at"]),
        priority=record["priority"].fill_null(3),
    )  # fmt: skip


def _paused(ctx: Context, ids: Any, rows: Array, at: Array, calendar: Array) -> Array:
    """Hours of each gap, in its calendar, in which the record waited for the customer."""
    out = np.zeros(max(len(rows) - 1, 0))
    if not ctx.has("event.waiting_for"):
        return out
    index, pauses = _placed(ctx, _pauses(ctx).order_by("record", "start"), ids)
    known = index >= 0
    index, start = index[known], pauses["start"][known]
    end = np.where(np.isnat(pauses["end"]), np.datetime64(ctx.as_of), pauses["end"])[known]
    first, last = (np.searchsorted(rows, index, side) for side in ("left", "right"))
    for gap, pause in _pairs(first, last - 1):
        low, high = np.maximum(start[pause], at[gap]), np.minimum(end[pause], at[gap + 1])
        cut = np.flatnonzero(low < high)
        if len(cut):
            hours = hours_promised(ctx, low[cut], high[cut], calendar[gap[cut]])
            out += np.bincount(gap[cut], hours, len(out))
    return out


def _pairs(first: Array, last: Array) -> Iterator[tuple[Array, Array]]:
    """Every gap of a record beside every pause of it, in pieces that fit the memory."""
    ends = np.cumsum(np.maximum(last - first, 0))
    at = 0
    while at < len(first):
        done = int(ends[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(ends, done + PAIRS_MOST, "right")))
        counts = np.maximum(last[at:stop] - first[at:stop], 0)
        pause = np.repeat(np.arange(at, stop), counts)
        offset = np.arange(len(pause)) - np.repeat(np.cumsum(counts) - counts, counts)
        yield first[pause] + offset, pause
        at = stop


def _pauses(ctx: Context) -> Any:
    events = record_events(ctx)
    turns = events.filter(
        events["activity"].isin(["paused", "resumed", "resolved", "closed", "cancelled"])
    )
    window = ibis.window(group_by="record", order_by=["at_occurred", "seq"])
    marked = turns.select(
        "record", "activity", "waiting_for", start="at_occurred",
        end=turns["at_occurred"].lead().over(window),
    )  # fmt: skip
    return marked.filter((marked["activity"] == "paused") & (marked["waiting_for"] == "customer"))


MEASURE = Measure(
    id="MC-07",
    indicator="communication",
    key=True,
    title="Longest silence",
    formula=(
        "share of records whose longest gap between public messages (from opened_at to "
        "resolved_at, business time, pauses for the customer left out where event is recorded) "
        "exceeds the promise (target with metric = update, else P1 1 h, P2 4 h, P3 8 h, P4 and "
        "P5 24 h)"
    ),
    tables=("record", "message"),
    unit="share",
    direction="down",
    grain=("customer", "team"),
    n_min="30",
    method="Wilson, p-prime",
    target=0.10,
    limit=0.25,
    caveats="automatic messages do not count",
    tier=1,
    judge=judge,
    needs=("message.at", "message.public", "record.resolved_at"),
    uses=("record.priority", "record.team", "record.service", "event.waiting_for"),
)
