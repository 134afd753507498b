"""MR-16: Problem debt."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import index_of, months_of
from trueup.audit.stats.charts import xmr
from trueup.audit.stats.intervals import poisson_exact

Array = np.ndarray[Any, Any]
LEAST = 3
SIGNAL = 12
RECENT = 3


def judge(ctx: Context) -> Answer | Silent:
    """Hours a month that the incidents of open problems cost."""
    got = _incidents(ctx)
    if not len(got["id"]):
        return Silent("not_applicable", "no open problem has an incident in the period")
    names, counts = np.unique(got["problem"].astype(str), return_counts=True)
    often = np.isin(got["problem"].astype(str), names[counts >= LEAST])
    kept = {name: values[often] for name, values in got.items()}
    if not len(kept["id"]):
        most = int(counts.max())
        return Silent(
            "not_enough_evidence", f"no open problem has {LEAST} incidents", n=most, n_min=LEAST
        )
    known = ~np.isnan(kept["hours"])
    if not known.any():
        return Silent("not_enough_evidence", "no time was logged on them", ("worklog.minutes",))
    months = months_of(ctx)
    kept["each"] = _each(kept, float(kept["hours"][known].mean()))
    every = np.ones(len(kept["id"]), dtype=bool)
    whole = _estimate(kept, every, months, _rising(ctx))
    by = [
        (Unit("service", name), _estimate(kept, kept["service"] == name, months, False))
        for name in sorted({str(s) for s in kept["service"] if s is not None})
    ]
    lost = kept["lost"][~np.isnan(kept["lost"])]
    away = float(lost.mean()) * len(kept["id"]) / months if len(lost) else None
    return Answer(
        whole, tuple(by), n_min=LEAST, unit_n_min=LEAST, parts={"hours people lose": away}
    )


def _each(kept: dict[str, Array], usual: float) -> Array:
    """The mean hours of each incident's problem; of all where none were logged on it."""
    names, at = np.unique(kept["problem"].astype(str), return_inverse=True)
    known = ~np.isnan(kept["hours"])
    count = np.bincount(at[known], minlength=len(names))
    total = np.bincount(at[known], kept["hours"][known], len(names))
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), usual)[at])


def _incidents(ctx: Context) -> dict[str, Array]:
    record, worklog, survey = ctx.table("record"), ctx.table("worklog"), ctx.table("survey")
    still = record.filter((record["kind"] == "problem") & record["state"].isin(["open", "waiting"]))
    still = still.select(pid="id", home="service")
    named = record.filter(
        (record["kind"] == "incident")
        & record["problem"].notnull()
        & ctx.within(record["opened_at"])
    )
    spent = worklog.group_by(wid=worklog["record"]).agg(hours=worklog["minutes"].sum() / 60.0)
    away = survey.group_by(sid=survey["record"]).agg(lost=survey["lost_minutes"].max() / 60.0)
    t = named.join(still, named["problem"] == still["pid"])
    t = t.left_join(spent, t["id"] == spent["wid"])
    t = t.left_join(away, t["id"] == away["sid"])
    columns = ("id", "problem", "opened_at", "hours", "lost")
    got = ctx.arrays(t.select(*columns, service=t["home"]).order_by("id"))
    for name in ("hours", "lost"):
        got[name] = np.array([np.nan if v is None else float(v) for v in got[name]])
    return got


def _estimate(kept: dict[str, Array], mine: Array, months: float, rising: bool) -> Estimate:
    each, n = float(kept["each"][mine].mean()), int(mine.sum())
    ring = poisson_exact(n, months)
    return Estimate(
        ring.value * each, ring.low * each, ring.high * each, n, signal=rising, method="counted"
    )


def _rising(ctx: Context) -> bool:
    """Whether the last months lie above what the months before made usual.

    A month counts the incidents of the problems that were still open when it ended; those open
    today alone would always seem to rise, as each of them began late.
    """
    record = ctx.table("record")
    named = record.filter(
        (record["kind"] == "incident")
        & record["problem"].notnull()
        & ctx.within(record["opened_at"])
    )
    cause = record.filter(record["kind"] == "problem")
    cause = cause.select(pid="id", gone=cause["resolved_at"].coalesce(cause["closed_at"]))
    t = named.join(cause, named["problem"] == cause["pid"])
    month = ctx.local(t["opened_at"]).truncate("M")
    later = t["gone"].isnull() | (ctx.local(t["gone"]).truncate("M") > month)
    got = ctx.arrays(t.filter(later).select("id", month=month.cast("date")).order_by("id"))
    if not len(got["id"]):
        return False
    first, last = index_of(np.array([ctx.period.first, ctx.period.last], dtype="datetime64[D]"))
    counts = np.bincount(index_of(got["month"]) - first, minlength=int(last - first) + 1)
    if len(counts) < SIGNAL:
        return False
    chart = xmr(counts.astype(float))
    late = len(counts) - RECENT
    return any(one.side > 0 and one.index >= late for one in chart.signals)


MEASURE = Measure(
    id="MR-16",
    indicator="risk_impact",
    key=False,
    title="Problem debt",
    formula=(
        "sum over open problems of monthly incidents (record.problem) x mean handling hours "
        "(worklog.minutes/60) and x mean lost hours (survey.lost_minutes/60)"
    ),
    tables=("record", "problem", "worklog"),
    unit="hours/month",
    direction="down",
    grain=("service",),
    n_min="3 incidents per problem",
    method="exact Poisson",
    target="trend",
    limit="trend",
    caveats="",
    tier=3,
    judge=judge,
    needs=("record.problem",),
    uses=("worklog.minutes", "survey.lost_minutes", "record.service"),
)
