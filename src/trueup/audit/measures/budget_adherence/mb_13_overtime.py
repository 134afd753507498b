"""MB-13: Overtime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import per_year, price
from trueup.audit.stats.charts import SPEAKS, xmr
from trueup.audit.stats.resample import bca_sums, ratio_of_sums

TARGET = 0.03
RECENT = 8
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Minutes of work by whole week, oldest first: overtime and all; money of the overtime.

    `edge` holds the same two sums of the weeks that the period cuts.
    """

    unit: Unit
    first: Array
    over: Array
    all: Array
    people: int
    money: float | None
    edge: Array

    @property
    def share(self) -> Array:
        """Overtime of all minutes, by week."""
        return np.asarray(self.over / np.maximum(self.all, 1e-9))

    @property
    def rising(self) -> bool:
        """Whether the last weeks left upward what was usual before them, and that matters."""
        n = len(self.all)
        if n < SPEAKS + RECENT or float(np.median(self.share[-RECENT:])) <= TARGET:
            return False
        chart = xmr(self.share, n - RECENT)
        late = [s for s in chart.signals if s.side > 0 and s.index >= n - RECENT]
        outside = sum(s.rule == "outside" for s in late)
        return outside >= 2 or any(s.rule == "shift" for s in late)


def judge(ctx: Context) -> Answer | Silent:
    """Overtime minutes of all minutes, over all and by team of five or more."""
    found = weeks(ctx)
    if not found:
        return Silent("not_enough_evidence", "no whole week of work is logged in the period")
    whole, *teams = found
    if whole.people < int(float(ctx.params["group_size"])):
        return Silent("not_enough_evidence", f"{whole.people} people logged work; 5 are needed")
    by = tuple((team.unit, estimate(ctx, team)) for team in teams)
    minutes = float(whole.over.sum() + whole.edge[:, 0].sum())
    return Answer(
        estimate(ctx, whole), by, n_min=8, unit_n_min=8,
        parts={"hours a year": minutes / 60 * per_year(ctx), "money": whole.money},
    )  # fmt: skip


def estimate(ctx: Context, w: Weeks) -> Estimate:
    """The share of the whole period, with its interval over weeks."""
    sums = np.concatenate([np.stack([w.over, w.all], axis=1), w.edge])
    ring = bca_sums(sums, ratio_of_sums, ctx.rng(f"{w.unit.kind}|{w.unit.id}"))
    return Estimate(ring.value, ring.low, ring.high, len(w.all), signal=w.rising)


def weeks(ctx: Context) -> list[Weeks]:
    """All work first, then each team with enough people; smaller teams are not shown."""
    found: list[Weeks] = ctx.value("work_weeks", _weeks)
    return found


def _weeks(ctx: Context) -> list[Weeks]:
    t = ctx.table("worklog")
    mine = t.filter(ctx.within(t["started_at"]) & (t["minutes"] > 0))
    mine = mine.mutate(
        week=ctx.local(mine["started_at"]).truncate("W"),
        late=mine["overtime"].fill_null(False),
        rate_=mine["rate"].cast("float64").coalesce(
            price(ctx, "work_hour", None, mine["started_at"].date())
        ),
    )  # fmt: skip
    minutes = mine["minutes"]
    got = ctx.arrays(
        mine.group_by("team", "week").agg(
            all=minutes.sum(), over=minutes.sum(where=mine["late"]),
            money=(minutes * mine["rate_"] / 60).sum(where=mine["late"]),
        ).order_by("team", "week")
    )  # fmt: skip
    people = {
        row["team"]: row["n"]
        for row in ctx.rows(mine.group_by("team").agg(n=mine["person"].nunique()))
    }
    if not len(got["week"]):
        return []
    every = int(ctx.one(mine.agg(n=mine["person"].nunique()))["n"])
    least = int(float(ctx.params["group_size"]))
    whole = _one(ctx, Unit("organisation", "*"), got, np.ones(len(got["week"]), bool), every)
    out = [whole] if whole else []
    for team in sorted(t for t in people if t and people[t] >= least):
        one = _one(ctx, Unit("team", team), got, got["team"] == team, people[team])
        out += [one] if one else []
    return out


def _one(ctx: Context, unit: Unit, got: dict[str, Array], mine: Array, people: int) -> Weeks | None:
    week = got["week"][mine].astype("datetime64[D]")
    first = np.datetime64(ctx.period.first)
    last = np.datetime64(min(ctx.period.last, ctx.today))
    names, code = np.unique(week, return_inverse=True)
    over = np.bincount(code, np.nan_to_num(got["over"][mine].astype(float)), len(names))
    every = np.bincount(code, got["all"][mine].astype(float), len(names))
    whole = (names >= first) & (names + np.timedelta64(6, "D") <= last)
    if not whole.any():
        return None
    money = np.nansum(got["money"][mine].astype(float)) * per_year(ctx)
    edge = np.stack([over[~whole], every[~whole]], axis=1)
    return Weeks(unit, names[whole], over[whole], every[whole], people, float(money) or None, edge)


MEASURE = Measure(
    id="MB-13",
    indicator="budget_adherence",
    key=False,
    title="Overtime",
    formula=(
        "sum of worklog.minutes with worklog.overtime = true / sum of worklog.minutes; money = "
        "overtime minutes x rate"
    ),
    tables=("worklog",),
    unit="share",
    direction="down",
    grain=("team",),
    n_min="8 weeks and >= 5 people",
    method="XmR by week",
    target=0.03,
    limit=0.10,
    caveats="may be cheaper than a hire: show the alternative",
    tier=1,
    judge=judge,
    needs=("worklog.overtime", "worklog.person"),
    uses=("worklog.team", "worklog.rate"),
)
