"""MC-07: Longest silence."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np

from trueup.audit.business import hours_between_business
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.promises import promised_hours
from trueup.audit.relations import opened_in_period, record_events
from trueup.audit.shares import from_arrays

LIMIT = 0.25


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
    words = ctx.arrays(_words(ctx).order_by("record", "at"))
    ends = ctx.arrays(_spans(ctx).order_by("id"))
    n = len(ends["id"])
    where = {str(id): i for i, id in enumerate(ends["id"])}
    index = np.array([where.get(str(r), -1) for r in words["record"]], dtype=np.int64)
    inside = index >= 0
    stop = np.where(np.isnat(ends["end"]), np.datetime64(ctx.as_of), ends["end"])
    rows = np.concatenate([np.arange(n), index[inside], np.arange(n)])
    at = np.concatenate([ends["at"], words["at"][inside], stop])
    keep = (at >= ends["at"][rows]) & (at <= stop[rows])
    rows, at = rows[keep], at[keep]
    order = np.lexsort((at, rows))
    rows, at = rows[order], at[order]
    same = rows[1:] == rows[:-1]
    gaps = hours_between_business(ctx, at[:-1], at[1:])
    gaps = gaps - _paused(ctx, ends, rows, at)
    longest = np.zeros(n)
    np.maximum.at(longest, rows[1:][same], gaps[same])
    promise = promised_hours(ctx, "update", ends, "update_p{}_h")
    return {**ends, "hours": longest, "promise": promise}


def _words(ctx: Context) -> Any:
    message = ctx.table("message")
    public = message.filter(message["public"] & ~message["automatic"].fill_null(False))
    return public.select("record", "at")


def _spans(ctx: Context) -> Any:
    record = opened_in_period(ctx)
    return record.select(
        "id", "customer", "team", "service", at=record["opened_at"],
        end=record["resolved_at"].coalesce(record["closed_at"]),
        priority=record["priority"].fill_null(3),
    )  # fmt: skip


def _paused(
    ctx: Context, ends: dict[str, Any], rows: np.ndarray[Any, Any], at: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Business hours of each gap in which the record waited for the customer."""
    out = np.zeros(max(len(rows) - 1, 0))
    if not ctx.has("event.waiting_for"):
        return out
    where = {str(id): i for i, id in enumerate(ends["id"])}
    first = np.searchsorted(rows, np.arange(len(ends["id"])))
    last = np.searchsorted(rows, np.arange(len(ends["id"])), "right")
    for pause in ctx.rows(_pauses(ctx).order_by("record", "start")):
        i = where.get(pause["record"])
        if i is None:
            continue
        start = np.datetime64(pause["start"])
        end = np.datetime64(pause["end"] or ctx.as_of)
        for gap in range(int(first[i]), int(last[i]) - 1):
            low, high = max(start, at[gap]), min(end, at[gap + 1])
            if low < high:
                out[gap] += float(hours_between_business(ctx, np.array([low]), np.array([high]))[0])
    return out


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
    needs=("message.at", "message.public"),
    uses=("record.priority", "record.team", "record.service", "event.waiting_for"),
)
