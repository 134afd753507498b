"""MB-11: Rework cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import per_year, price
from trueup.audit.relations import record_events, team_paths
from trueup.audit.stats.resample import bca_sums, ratio_of_sums

COVERED = 0.60
MOST_CLUSTERS = 2000
LIMIT = 0.15
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Rework:
    """Work by record in the period, in rated minutes (money where `rated`, else minutes)."""

    id: Array
    team: Array
    category: Array
    labour: Array
    again: Array
    overtime: Array
    day: Array
    rated: bool
    coverage: float

    def where(self, mask: Array) -> Rework:
        """The records for which the mask holds."""
        names = ("id", "team", "category", "labour", "again", "overtime", "day")
        return replace(self, **{n: getattr(self, n)[mask] for n in names})

    @property
    def reworked(self) -> int:
        """How many records were worked on again."""
        return int((self.again > 0).sum())


def judge(ctx: Context) -> Answer | Silent:
    """Work after the first solution and needless set-up by hand-overs, of all labour."""
    found = rework(ctx)
    if not len(found.id):
        return Silent("not_enough_evidence", "no work is logged in the period")
    if found.coverage < COVERED:
        return Silent("not_enough_evidence", f"work is logged on only {found.coverage:.0%}")
    by = []
    for kind in ("team", "category"):
        names = getattr(found, kind)
        for name in sorted({str(v) for v in names if v}):
            by.append(
                (Unit(kind, name), estimate(ctx, found.where(names == name), f"{kind}|{name}"))
            )
    money = float(found.again.sum()) / 60 * per_year(ctx) if found.rated else None
    return Answer(
        estimate(ctx, found, "*"), tuple(by), n_min=50, unit_n_min=50,
        parts={"money a year": money},
    )  # fmt: skip


def estimate(ctx: Context, r: Rework, name: str) -> Estimate:
    """The share with its interval over records, over days where they are many."""
    sums = np.stack([r.again, r.labour], axis=1)
    if len(sums) > MOST_CLUSTERS:
        _, code = np.unique(r.day, return_inverse=True)
        sums = np.stack([np.bincount(code, r.again), np.bincount(code, r.labour)], axis=1)
    ring = bca_sums(sums, ratio_of_sums, ctx.rng(name))
    edge = r.again.sum() - r.again.max(initial=0.0), r.labour.sum()
    same = (edge[0] > LIMIT * edge[1]) == (ring.value > LIMIT)
    return Estimate(
        ring.value, ring.low, ring.high, r.reworked, robustness=1.0 if same else 0.5,
        method="compared",
    )  # fmt: skip


def rework(ctx: Context) -> Rework:
    """Every record with work in the period, and what of it was work done again."""
    found: Rework = ctx.value("rework", _rework)
    return found


def _rework(ctx: Context) -> Rework:
    log, record = ctx.table("worklog"), ctx.table("record")
    events = record_events(ctx)
    solved = events.filter(events["activity"] == "resolved")
    first = solved.group_by(sid=solved["record"]).agg(solved_at=solved["at_occurred"].min())
    mine = log.filter(ctx.within(log["started_at"]) & (log["minutes"] > 0))
    mine = mine.left_join(first, mine["record"] == first["sid"])
    own = mine["rate"].cast("float64")
    rate = own.coalesce(price(ctx, "work_hour", None, mine["started_at"].date()))
    rated = _rated(ctx)
    weight = mine["minutes"] * (rate.fill_null(0.0) if rated else 1.0)
    mine = mine.mutate(
        weight=weight, after=(mine["started_at"] > mine["solved_at"]).fill_null(False)
    )
    worked = mine.group_by(wid=mine["record"]).agg(
        labour=mine["weight"].sum(), after=mine["weight"].sum(where=mine["after"]).fill_null(0.0),
        minutes=mine["minutes"].sum(), day=mine["started_at"].min(),
        overtime=mine["weight"].sum(
            where=mine["overtime"].fill_null(False) & ~mine["after"]
        ).fill_null(0.0),
    )  # fmt: skip
    home = record.select(rid="id", team="team", category="category")
    paths = team_paths(ctx).select(pid="record", steps="steps")
    t = worked.left_join(home, worked["wid"] == home["rid"])
    t = t.left_join(paths, t["wid"] == paths["pid"])
    got = ctx.arrays(
        t.select("wid", "team", "category", "labour", "after", "minutes", "day", "overtime",
                 extra=ibis.greatest(t["steps"].fill_null(1) - 2, 0)).order_by("wid")
    )  # fmt: skip
    setup = _setup(ctx)
    usual = np.array([setup.get(str(team), setup.get("", 0.0)) for team in got["team"]])
    per_minute = got["labour"] / np.maximum(got["minutes"], 1e-9)
    again = got["after"] + got["extra"] * usual * per_minute
    return Rework(
        got["wid"], got["team"], got["category"], got["labour"], again, got["overtime"],
        got["day"].astype("datetime64[D]"), rated, _coverage(ctx),
    )  # fmt: skip


def _rated(ctx: Context) -> bool:
    """Whether any work can be turned into money."""
    if ctx.has("worklog.rate"):
        return True
    return bool(ctx.has("price_list.approved_by") and _priced(ctx))


def _priced(ctx: Context) -> int:
    t = ctx.table("price_list")
    mine = t.filter((t["item"] == "work_hour") & t["approved_by"].notnull())
    return int(ctx.one(mine.agg(n=mine.count()))["n"])


def _setup(ctx: Context) -> dict[str, float]:
    """Median minutes from being given a record to the team's next work on it, by team.

    "From assigned": a team that only ever gets its work by escalation is timed from escalated.
    """
    escalated = _minutes_from(ctx, "escalated")
    out = {**escalated, **_minutes_from(ctx, "assigned")}
    out[""] = float(np.median(list(out.values()))) if out else 0.0
    return out


def _minutes_from(ctx: Context, activity: str) -> dict[str, float]:
    events, log = record_events(ctx), ctx.table("worklog")
    given = events.filter((events["activity"] == activity) & events["team"].notnull())
    given = given.select("record", "team", "seq", at="at_occurred")
    began = log.select(of="record", by="team", begun="started_at")
    both = given.join(
        began,
        [
            given["record"] == began["of"],
            given["team"] == began["by"],
            began["begun"] >= given["at"],
        ],
    )
    first = both.group_by("team", "seq", "at").agg(begun=both["begun"].min())
    minutes = (first["begun"].epoch_seconds() - first["at"].epoch_seconds()) / 60.0
    timed = first.mutate(minutes=minutes)
    most = float(ctx.params["setup_minutes_max"])
    rows = ctx.rows(timed.group_by("team").agg(m=timed["minutes"].median()).order_by("team"))
    return {row["team"]: min(float(row["m"]), most) for row in rows}


def _coverage(ctx: Context) -> float:
    """The share of records solved in the period on which work is logged."""
    record, log = ctx.table("record"), ctx.table("worklog")
    done = record.filter(ctx.within(record["resolved_at"])).select("id")
    logged = log.select(of="record").distinct()
    joined = done.left_join(logged, done["id"] == logged["of"])
    row = ctx.one(joined.agg(n=joined.count(), hit=joined["of"].count()))
    return float(row["hit"]) / float(row["n"]) if row["n"] else 1.0


MEASURE = Measure(
    id="MB-11",
    indicator="budget_adherence",
    key=False,
    title="Rework cost",
    formula=(
        "(sum of worklog.minutes started after the first event.activity = resolved + sum of "
        "(handovers - 1) x set-up minutes) x rate / labour cost of all worklog rows; set-up = "
        "median time from assigned to the next worklog.started_at of that team, at most 30 min;"
        " rate = worklog.rate per hour, else price_list work_hour"
    ),
    tables=("worklog", "event", "record"),
    unit="share of labour",
    direction="down",
    grain=("team", "category"),
    n_min="50 reworked records, worklog on >= 60 % of records",
    method="bootstrap by record; else estimate from time in state (grade C)",
    target=0.05,
    limit=0.15,
    caveats="some handovers are right: compare with one-team records of the same category",
    tier=1,
    judge=judge,
    needs=("event.activity",),
    uses=("worklog.rate", "worklog.team", "record.team", "record.category", "event.team"),
)
