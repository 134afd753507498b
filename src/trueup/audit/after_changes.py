"""Incidents after changes against the same hours of ordinary weeks (MR-02, H04, H05).

A change's set is its CIs and what depends on them up to two hops. Per change we count the
incidents of its set in windows of equal length: after its end (k = 0), before its start, and at
the same weekday and hour k = 1..8 weeks earlier (and later, for the permutation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np

from trueup.audit.changes import completed, ever_completed
from trueup.audit.context import Context
from trueup.audit.stats.effects import SelfControlled, self_controlled
from trueup.audit.stats.shares import Interval, wilson

Array = np.ndarray[Any, Any]
HOURS = 72.0
WEEKS = 8
HOPS = 2
BACK = np.arange(1, WEEKS + 1)
LEAST = 4
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class After:
    """Per used change: its facts, incidents after, expected, before, and after a shift by weeks.

    `usual` is what is expected in the window before, at its own weekday and hour: a change on
    Monday has a weekend before it. `shifted` has one column per shift of ±1..8 weeks; `free`
    marks those inside the log.
    """

    facts: dict[str, Array]
    observed: Array
    expected: Array
    before: Array
    usual: Array
    shifted: Array
    free: Array

    def where(self, mask: Array) -> After:
        """The part for which `mask` holds."""
        facts = {name: values[mask] for name, values in self.facts.items()}
        rest = (
            self.observed, self.expected, self.before, self.usual, self.shifted, self.free,
        )  # fmt: skip
        return After(facts, *(values[mask] for values in rest))

    @property
    def ratio(self) -> SelfControlled:
        """IRR with its interval, and the window before as control."""
        return self_controlled(self.observed, self.expected, self.before, self.usual)

    def permutation_p(self, rng: np.random.Generator) -> float:
        """How often do the changes, each moved by whole weeks, see as many incidents?"""
        usable = self.free.any(axis=1)
        if not usable.any():
            return 1.0
        counts, free = self.shifted[usable], self.free[usable]
        own = float(self.observed[usable].sum())
        weight = np.where(free, 1.0, 0.0)
        edge = np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)
        hits = 0
        for _ in range(DRAWS):
            pick = (rng.random(len(edge))[:, None] > edge).sum(axis=1)
            pick = np.minimum(pick, edge.shape[1] - 1)
            hits += float(counts[np.arange(len(pick)), pick].sum()) >= own
        return (1 + hits) / (DRAWS + 1)


def share_of_caused(linked: int, caused: float, least: float, most: float) -> Interval:
    """The share of what changes caused that names one, where the caused are known by an interval.

    Its ends are those of the Wilson intervals at the least and the most that can be caused: so
    both the counting of links and the excess, which is a difference, are uncertain.
    """
    few, many = max(1, int(least)), max(1, round(most))
    low = wilson(min(linked, many), many).low
    high = wilson(min(linked, few), few).high
    return Interval(min(1.0, linked / max(caused, 1.0)), low, high)


def after_changes(ctx: Context) -> After:
    """The counts of every completed change that can be compared; once per run."""
    found: After = ctx.value("after_changes", _count)
    return found


def reach(ctx: Context) -> Any:
    """The CIs of each change's set: change, ci."""
    return ctx.shared("change_reach", _reach)


def _reach(ctx: Context) -> Any:
    link, relation = ctx.table("change_ci"), ctx.table("relation")
    seen = link.select("change", "ci").distinct()
    step = relation.select(up=relation["parent"], down=relation["child"]).distinct()
    edge = seen
    for _ in range(HOPS):
        joined = edge.join(step, edge["ci"] == step["down"])
        edge = joined.select("change", ci=joined["up"]).distinct()
        seen = seen.union(edge).distinct()
    return seen


def incidents_near(ctx: Context) -> Any:
    """Incidents of each change's set with their hours after its end: change, record, ``h``, ``b``.

    ``b`` is the hours before its start (positive: before).
    """
    t, record = completed(ctx), ctx.table("record")
    t = t.select("id", "end", began=t["start"].coalesce(t["end"]))
    sets = reach(ctx)
    held = t.join(sets, t["id"] == sets["change"])
    trouble = record.filter((record["kind"] == "incident") & record["ci"].notnull())
    trouble = trouble.select(
        record="id", rci="ci", at="opened_at", named="caused_by_change", rteam="team"
    )
    near = held.join(trouble, held["ci"] == trouble["rci"])
    edge = ibis.interval(days=7 * WEEKS + 4)
    near = near.filter(
        (near["at"] > ibis.least(near["began"], near["end"]) - edge)
        & (near["at"] <= near["end"] + edge)
    )
    return near.select(
        "change", "record", "named", "rteam",
        h=(near["at"].epoch_seconds() - near["end"].epoch_seconds()) / 3600.0,
        b=(near["began"].epoch_seconds() - near["at"].epoch_seconds()) / 3600.0,
    ).distinct()  # fmt: skip


def _count(ctx: Context) -> After:
    t = completed(ctx)
    facts = ctx.arrays(
        t.select(
            "id",
            "team",
            "service",
            "category",
            "risk_class",
            "test_evidence",
            "end",
            began=t["start"].coalesce(t["end"]),
        ).order_by("id")
    )
    n = len(facts["id"])
    index = {str(name): i for i, name in enumerate(facts["id"])}
    weeks, earlier = _per_window(ctx, index, n)
    touched, touched_before = _touched(ctx, index, n)
    first, last = _edges(ctx)
    ends = facts["end"].astype("datetime64[us]")
    shifts = np.array([*range(-WEEKS, 0), *range(1, WEEKS + 1)])
    starts = ends[:, None] - shifts[None, :] * np.timedelta64(7 * 24, "h")
    upto = starts + np.timedelta64(int(HOURS), "h")
    inside: Array = np.asarray((starts >= first) & (upto <= last))
    back = weeks[:, WEEKS + 1 : 2 * WEEKS + 1]
    free = inside[:, WEEKS:] & ~touched
    count = free.sum(axis=1)
    expected = np.where(free, back, 0).sum(axis=1) / np.maximum(count, 1)
    used = (count >= LEAST) & (ends + np.timedelta64(int(HOURS), "h") <= last)
    moved = np.concatenate([weeks[:, :WEEKS], back], axis=1)
    begun = facts["began"].astype("datetime64[us]")[:, None] - BACK * np.timedelta64(7 * 24, "h")
    fine = (begun - np.timedelta64(int(HOURS), "h") >= first) & ~touched_before
    known = fine.sum(axis=1)
    mean = np.where(fine, earlier[:, 1:], 0).sum(axis=1) / np.maximum(known, 1)
    usual = np.where(known > 0, mean, expected)
    every = After(facts, weeks[:, WEEKS], expected, earlier[:, 0], usual, moved, inside)
    with_set = np.isin(facts["id"].astype(str), _with_set(ctx))
    return every.where(used & with_set)


def _with_set(ctx: Context) -> Array:
    got = ctx.arrays(reach(ctx).select("change").distinct().order_by("change"))
    return np.asarray(got["change"].astype(str))


def _per_window(ctx: Context, index: dict[str, int], n: int) -> tuple[Array, Array]:
    """Counts per change: after its end at the shifts -8..8, before its start at 0..8 weeks back."""
    near = incidents_near(ctx)
    got = ctx.arrays(near.select("change", "h", "b").order_by("change", "h"))
    at = np.array([index[str(c)] for c in got["change"]], dtype=np.int64)
    shift = np.ceil(-got["h"] / 168.0).astype(np.int64)
    inside = got["h"] + 168.0 * shift
    counted = (inside > 0) & (inside <= HOURS) & (np.abs(shift) <= WEEKS)
    found = np.zeros((n, 2 * WEEKS + 1))
    np.add.at(found, (at[counted], shift[counted] + WEEKS), 1)
    ago = np.floor(got["b"] / 168.0).astype(np.int64)
    ahead = (got["b"] >= 0) & (got["b"] - 168.0 * ago < HOURS) & (ago <= WEEKS)
    earlier = np.zeros((n, WEEKS + 1))
    np.add.at(earlier, (at[ahead], ago[ahead]), 1)
    return found, earlier


def _touched(ctx: Context, index: dict[str, int], n: int) -> tuple[Array, Array]:
    """Which of the eight weeks before touch another change of the same set, of whatever period.

    First for the window after the end, then for the one before the start.
    """
    t, sets, link = completed(ctx), reach(ctx), ctx.table("change_ci")
    mine = t.select("id", "end", began=t["start"].coalesce(t["end"]))
    mine = mine.join(sets, mine["id"] == sets["change"]).select("id", "end", "began", "ci")
    every = ever_completed(ctx)
    other = every.select(oid="id", oend="end", obegan=every["start"].coalesce(every["end"]))
    other = other.join(link, other["oid"] == link["change"]).select(
        "oid", "oend", "obegan", oci="ci"
    )
    pair = mine.join(other, mine["ci"] == other["oci"])
    edge = ibis.interval(days=7 * WEEKS + 4)
    pair = pair.filter(
        (pair["id"] != pair["oid"])
        & (pair["oend"] >= ibis.least(pair["began"], pair["end"]) - edge)
        & (pair["obegan"] <= pair["end"])
    )
    got = ctx.arrays(
        pair.select(
            "id", "oid",
            opened=(pair["end"].epoch_seconds() - pair["obegan"].epoch_seconds()) / 3600.0,
            closed=(pair["end"].epoch_seconds() - pair["oend"].epoch_seconds()) / 3600.0,
            took=(pair["end"].epoch_seconds() - pair["began"].epoch_seconds()) / 3600.0,
        ).distinct().order_by("id", "oid")
    )  # fmt: skip
    found, before = np.zeros((n, WEEKS), dtype=bool), np.zeros((n, WEEKS), dtype=bool)
    at = np.array([index[str(c)] for c in got["id"]], dtype=np.int64)
    for k in range(1, WEEKS + 1):
        across = (got["closed"] <= 168.0 * k) & (got["opened"] >= 168.0 * k - HOURS)
        found[at[across], k - 1] = True
        since = 168.0 * k + got["took"]
        across = (got["closed"] <= since + HOURS) & (got["opened"] >= since)
        before[at[across], k - 1] = True
    return found, before


def _edges(ctx: Context) -> tuple[np.datetime64, np.datetime64]:
    """The first opening of the log, and the moment of the audit."""
    record = ctx.table("record")
    first = ctx.one(record.agg(first=record["opened_at"].min()))["first"]
    return np.datetime64(first or ctx.as_of, "us"), np.datetime64(ctx.as_of, "us")
