"""P03: Sleep, then burst."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trueup.audit.branches import branched
from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent, Unit
from trueup.audit.listing import question
from trueup.audit.shares import listed_rows
from trueup.audit.working_days import local_days

Array = np.ndarray[Any, Any]
TEAM_LEAST = 10


def ask(ctx: Context) -> Probe | Silent:
    """Old problems whose whole work lies in their last day, and heaps of closings."""
    record, event = ctx.table("record"), ctx.table("event")
    mine = record.filter((record["kind"] == "problem") & ctx.within(record["closed_at"]))
    own = event.filter((event["entity"] == "record") & (event["activity"] != "opened"))
    first = own.group_by(eid=own["entity_id"]).agg(first=own["at_occurred"].min())
    t = mine.left_join(first, mine["id"] == first["eid"])
    got = ctx.arrays(t.select("id", "team", "opened_at", "closed_at", "first").order_by("id"))
    if not len(got["id"]):
        return Silent("not_applicable", "no problem was closed in the period")
    life = (got["closed_at"] - got["opened_at"]) / np.timedelta64(1, "D")
    burst = ~np.isnat(got["first"]) & (got["first"] >= got["closed_at"] - np.timedelta64(24, "h"))
    slept = question(
        ctx, got, (life > ctx.number("life_days")) & burst,
        why="all its work lies in its last 24 hours", table="record", kinds=("team",),
        at="closed_at", limit=ctx.number("limit"),
    )  # fmt: skip
    return branched({"sleep": _on_any_day(slept.probe()), "heap": _heaps(ctx, got)})


def _on_any_day(probe: Probe | Silent) -> Probe | Silent:
    """Leaving out the largest day asks another question: work on one day is the defect itself."""
    if isinstance(probe, Silent):
        return probe

    def steady(case: Case) -> Case:
        return replace(case, estimate=replace(case.estimate, robustness=1.0))

    units = tuple(steady(case) for case in probe.units)
    return replace(probe, whole=steady(probe.whole), units=units, floor=TEAM_LEAST)


def _heaps(ctx: Context, got: dict[str, Array]) -> Probe | Silent:
    """Days with more closings than Z04 allows: its factor over the median day, and its share.

    "A burst of closings per day by the rule of Z04": that rule names no least number for a day.
    """
    day = local_days(ctx, got["closed_at"])
    days, n = np.unique(day, return_counts=True)
    times, share = (float(ctx.params[f"Z04.{name}"]) for name in ("day_factor", "day_share"))
    heavy = (n > times * np.median(n)) & (n > share * len(day))
    inside = np.isin(day, days[heavy])
    count, size = int(inside.sum()), len(day)
    whole = _case(ORGANISATION, got, inside, size)
    cases = [_case(Unit("period", f"{d}/{d}"), got, day == d, size) for d in days[heavy]]
    return Probe(size, size, whole, tuple(cases) if count else (), 1)


def _case(unit: Unit, got: dict[str, Array], mask: Array, size: int) -> Case:
    n = int(mask.sum())
    return Case(
        unit,
        Estimate(n / size, n / size, n / size, size, exact=True),
        n,
        size,
        tripped=n > 0,
        bad=lambda: listed_rows(got["id"][mask], "closed in a heap with many others"),
        good=lambda: listed_rows(got["id"][~mask][:20], ""),
    )


CHECK = Check(
    id="P03",
    area="Problem",
    title="Sleep, then burst",
    question="Were problems left alone and then closed in bulk?",
    tables=("record", "event"),
    rule=(
        "record.kind = problem, closed: share with a life > life_days whose events other than "
        "opened all lie in the last 24 h > limit; or a burst of closings per day by the rule of"
        " Z04. [unit: period, team]"
    ),
    parameters={
        "life_days": 180,
        "limit": 0.02,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.6.3", "COBIT DSS03", "ITIL Problem management", "FitSM PR10.2"),
    causes=("clean-up before a review",),
    do_first="look at 20, reopen the unsolved",
    effective_when="share < 2 %",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("record.closed_at", "event.activity"),
    uses=("record.team",),
    headline="{bad} of {all} problems were left alone and then closed in a rush.",
    should_be="A problem is worked on while it is open, not tidied away.",
    matters="What is closed without work comes back as incidents.",
    owner_role="problem process owner",
)
