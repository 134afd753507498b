"""What a rule's breaks cost, and since when a rule is broken more or less often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.conformance.judging import Applied
from trueup.audit.context import Context
from trueup.audit.stats.seeds import generator
from trueup.audit.stats.strata import stratified_difference
from trueup.audit.stats.trend import change_point

Array = np.ndarray[Any, Any]
LEAST = 20
SEGMENT = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Cases that broke a rule against those that kept it, within priority and category.

    Hours from opening to resolving (clock): the difference of means with its 90 % interval, the
    raw one beside it; `reopened` is the difference of the shares opened again. No cause is
    claimed; where raw and adjusted point to different sides (`flips`) not even a difference.
    """

    broke: int
    kept: int
    hours: float
    low: float
    high: float
    raw: float
    strata: int
    flips: bool
    reopened: float | None


@dataclass(frozen=True, slots=True)
class Drift:
    """The strongest break in a weekly rate: the first week after it, p, the rates around it."""

    week: date
    p: float
    before: float
    after: float
    weeks: int


def cost_of(ctx: Context, applied: Applied) -> Cost | None:
    """The cost of the breaks of a rule about records; None with fewer than 20 on a side."""
    marks = pa.table({"case": applied.rows["case"], "bad": pa.array(applied.broken)})
    if not applied.broken.any() or not ctx.has("record.resolved_at"):
        return None
    marked = ctx.backend.memory(marks)
    each = marked.group_by("case").agg(bad=marked["bad"].any())
    record = ctx.table("record")
    t = record.join(each, record["id"] == each["case"])
    t = t.filter(t["resolved_at"] >= t["opened_at"])
    stratum = t["priority"].cast("string").fill_null("") + "|" + t["category"].fill_null("")
    hours = (t["resolved_at"].epoch_seconds() - t["opened_at"].epoch_seconds()) / 3600.0
    chosen = t.select("id", "bad", stratum=stratum, hours=hours.cast("float64"),
                      again=(t["reopen_count"] > 0).cast("float64"))  # fmt: skip
    got = ctx.fetch(chosen.order_by("id"))
    bad = got["bad"].to_numpy(zero_copy_only=False).astype(bool)
    if min(bad.sum(), (~bad).sum()) < LEAST:
        return None
    strata = np.array(got["stratum"].to_pylist())
    y = got["hours"].to_numpy(zero_copy_only=False)
    found = stratified_difference(y, bad, strata)
    if not found.strata:
        return None
    again = got["again"].to_numpy(zero_copy_only=False).astype(float)
    share = stratified_difference(again, bad, strata).value if np.isfinite(again).all() else None
    return Cost(int(bad.sum()), int((~bad).sum()), found.value, found.low, found.high, found.raw,
                found.strata, found.flips, share)  # fmt: skip


def drift_of(ctx: Context, id: str, at: Array, hit: Array) -> Drift | None:
    """The strongest break in the weekly share of `hit`; None where a week has nothing or few weeks.

    Weeks are Monday to Sunday in the pack's zone, whole ones inside the period. The p-value is
    one test; whoever asks several corrects for it.
    """
    monday = at.astype("datetime64[D]")
    monday = monday - ((monday.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    first, last = np.datetime64(ctx.period.first), np.datetime64(ctx.period.last)
    whole = (monday >= first) & (monday + np.timedelta64(6, "D") <= last)
    if not whole.any():
        return None
    weeks = np.arange(monday[whole].min(), monday[whole].max() + 1, np.timedelta64(7, "D"))
    place = ((monday[whole] - weeks[0]) / np.timedelta64(7, "D")).astype(int)
    n = np.bincount(place, minlength=len(weeks))
    k = np.bincount(place, hit[whole].astype(float), len(weeks))
    if (n == 0).any() or len(weeks) < 2 * SEGMENT:
        return None
    found = change_point(k / n, generator(ctx.seed, id, "drift"), SEGMENT)
    if found is None:
        return None
    i = found.index
    day: date = weeks[i].astype(object)
    before, after = (float(k[s].sum() / n[s].sum()) for s in (slice(i), slice(i, None)))
    return Drift(day, found.p, before, after, len(weeks))
