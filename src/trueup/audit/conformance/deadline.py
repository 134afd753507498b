"""Behaviour at the deadline: work that ends just before it, pauses and downgrades near it.

Three counts, those of the checks S01 (density at the target), I04 (pauses for the customer) and
I05 (downgrades), with their parameters. A ratio is of two rates: events in the last part of the
promised time over the time spent there, against the same before it, with the exact conditional
interval. Source: the method, 5.2 and 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from trueup.audit.context import Context
from trueup.audit.promise_line import beside, lowered, lowered_near, paused, paused_near, timed
from trueup.audit.relations import record_events
from trueup.audit.stats.intervals import Ratio

TIMED_LEAST, PAUSES_LEAST, LOWERED_LEAST = 30, 20, 10


@dataclass(frozen=True, slots=True)
class Line:
    """Cases that ended in the last tenth before the promise and in the first after, of `timed`."""

    timed: int = 0
    before: int = 0
    after: int = 0
    p: float = 1.0
    not_recorded: tuple[str, ...] = ()
    grey: str = ""


@dataclass(frozen=True, slots=True)
class Hazard:
    """Events in the last `part` of the promised time and before, and the ratio of their rates."""

    part: float
    late: int = 0
    early: int = 0
    ratio: Ratio | None = None
    not_recorded: tuple[str, ...] = ()
    grey: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What happens beside the promised time."""

    line: Line
    pauses: Hazard
    downgrades: Hazard


def deadline(ctx: Context) -> Deadline:
    """Density at the target, and the hazards of a pause and of a downgrade near it."""
    return Deadline(_line(ctx), _pauses(ctx), _downgrades(ctx))


def _line(ctx: Context) -> Line:
    missing = ctx.missing("target_result.elapsed_min", "target.value")
    if missing:
        return Line(not_recorded=missing)
    r = ctx.arrays(timed(ctx).order_by("id"))["r"]
    if len(r) < TIMED_LEAST:
        return Line(len(r), grey=f"{len(r):,} timed promises; {TIMED_LEAST} are needed")
    before, after, _, p = beside(r)
    return Line(len(r), before, after, p)


def _pauses(ctx: Context) -> Hazard:
    part = float(ctx.params["I04.cliff"])
    missing = ctx.missing("target_result.due_at", "record.requester")
    missing += () if _happened(ctx, "paused") else ("event.activity=paused",)
    if missing:
        return Hazard(part, not_recorded=missing)
    got = ctx.arrays(paused(ctx).order_by("id"))
    late, early, ratio = paused_near(got["used"], got["life"], part)
    if late + early < PAUSES_LEAST:
        few = f"{late + early:,} pauses in a promised time; {PAUSES_LEAST} are needed"
        return Hazard(part, late, early, grey=few)
    return Hazard(part, late, early, ratio)


def _downgrades(ctx: Context) -> Hazard:
    part = float(ctx.params["I05.tail"])
    missing = ctx.missing("target_result.due_at", "event.old", "event.new")
    missing += () if _happened(ctx, "priority_changed") else ("event.activity=priority_changed",)
    if missing:
        return Hazard(part, not_recorded=missing)
    got = ctx.arrays(lowered(ctx).order_by("id"))
    late, early, ratio = lowered_near(got["used"], got["life"], part)
    if late + early < LOWERED_LEAST:
        few = f"{late + early:,} downgrades in a promised time; {LOWERED_LEAST} are needed"
        return Hazard(part, late, early, grey=few)
    return Hazard(part, late, early, ratio)


def _happened(ctx: Context, activity: str) -> bool:
    if not ctx.has("event"):
        return False
    events = record_events(ctx)
    mine = events.filter(events["activity"] == activity)
    return bool(ctx.one(mine.agg(n=mine.count()))["n"])
