"""Closings in heaps: shared by the check of mass closing and by conformance (5.2)."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.stats.bursts import bursts

Array = np.ndarray[Any, Any]


def closings(ctx: Context) -> Any:
    """One row per closed record: its closing, local day, and who wrote it (or one unknown)."""
    record, event = ctx.table("record"), ctx.table("event")
    closed = event.filter((event["entity"] == "record") & (event["activity"] == "closed"))
    recorded = ctx.has("event") and ctx.one(closed.agg(n=ibis._.count()))["n"] > 0
    ended = record.filter(record["closed_at"].notnull()).select(rid="id", ended="closed_at")
    if recorded:
        last = closed.group_by(id=closed["entity_id"]).agg(
            last=closed["at_occurred"].max(),
            actor=closed["actor"].argmax(closed["seq"]),
        )
        joined = last.outer_join(ended, last["id"] == ended["rid"])
        rows = joined.select(
            id=joined["id"].coalesce(joined["rid"]),
            at=joined["ended"].coalesce(joined["last"]),
            actor=joined["actor"].fill_null("?"),
        )
    else:
        rows = ended.select(id=ended["rid"], at=ended["ended"], actor=ibis.literal("?"))
    rows = rows.filter(ctx.within(rows["at"]))
    return rows.mutate(day=ctx.local(rows["at"]).truncate("D"))


def heavy_days(day: Array, factor: float, share: float, least: float) -> list[np.datetime64]:
    """Days with more than `factor` times the median and more than `share` of all closings.

    `least` is the number of closings below which a day is none.
    """
    days, n = np.unique(day.astype("datetime64[D]"), return_counts=True)
    usual = float(np.median(n))
    heavy = (n > factor * usual) & (n > share * n.sum())
    return [d for d, hit in zip(days, heavy & (n >= least), strict=True) if hit]


def heaps(
    got: dict[str, Any], window_min: float, least: float, p_max: float
) -> list[tuple[np.datetime64, np.datetime64]]:
    """First and last closing of each burst by one actor."""
    found = bursts(got["at"], got["actor"], window_min=window_min, least=int(least), p_max=p_max)
    return [(burst.start, burst.end) for burst in found]


def inside(got: dict[str, Any], days: list[Any], windows: list[tuple[Any, Any]]) -> Array:
    """Which closings lie on one of the days or in one of the windows."""
    mask = np.isin(got["day"].astype("datetime64[D]"), np.array(days, dtype="datetime64[D]"))
    for start, end in windows:
        mask |= (got["at"] >= start) & (got["at"] <= end)
    return np.asarray(mask)
