"""MB-12: Failed-change cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trueup.audit.after_changes import after_changes
from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import per_year, price
from trueup.audit.stats.effects import Timeline, self_controlled, windows
from trueup.audit.stats.resample import bca_sums

FAILED = ("failed", "backed_out")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed changes with their direct money, and the excess incidents after them.

    `after` and `expected` count incidents in the window, `each` is the money of one incident.
    """

    id: Array
    service: Array
    team: Array
    category: Array
    direct: Array
    after: Array
    expected: Array
    each: float
    priced: bool

    def where(self, mask: Array) -> Failures:
        """The changes for which the mask holds."""
        names = ("id", "service", "team", "category", "direct", "after", "expected")
        return replace(self, **{n: getattr(self, n)[mask] for n in names})


def judge(ctx: Context) -> Answer | Silent:
    """Work, downtime, credits and excess incidents of failed changes, per year."""
    found = failures(ctx)
    n = len(found.id)
    if n and not found.priced:
        gaps = ("worklog.rate", "price_list.approved_by")
        return Silent("not_enough_evidence", "no approved price turns hours into money", gaps)
    if n == 0:
        return Silent("not_enough_evidence", "no change failed in the period")
    by = []
    for kind in ("service", "category"):
        names = getattr(found, kind)
        for name in sorted({str(v) for v in names if v}):
            by.append(
                (Unit(kind, name), estimate(ctx, found.where(names == name), f"{kind}|{name}"))
            )
    return Answer(
        estimate(ctx, found, "*"), tuple(by), n_min=10, unit_n_min=10,
        parts={"failed changes": float(n)},
    )  # fmt: skip


def estimate(ctx: Context, f: Failures, name: str) -> Estimate:
    """Money a year: the bootstrap of the direct part plus the interval of the excess part."""
    n = len(f.id)
    ring = bca_sums(f.direct, lambda t: t[..., 0], ctx.rng(name))
    low, high = (ring.low, ring.high) if n > 1 else (ring.value, ring.value)
    observed, usual = float(f.after.sum()), float(f.expected.sum())
    more = least = most = max(0.0, observed - usual)
    if usual > 0:
        c = self_controlled(f.after, f.expected, f.expected)
        least, most = max(0.0, (c.low - 1) * usual), max(more, (c.high - 1) * usual)
    factor = per_year(ctx)
    return Estimate(
        (ring.value + more * f.each) * factor, max(0.0, low + least * f.each) * factor,
        (high + most * f.each) * factor, n, method="compared",
    )  # fmt: skip


def failures(ctx: Context) -> Failures:
    """Changes of the period that failed or were backed out."""
    found: Failures = ctx.value("failures", _failures)
    return found


def _failures(ctx: Context) -> Failures:
    change, record, log = ctx.table("change"), ctx.table("record"), ctx.table("worklog")
    rate = log["rate"].cast("float64").coalesce(
        price(ctx, "work_hour", None, log["started_at"].date())
    )  # fmt: skip
    rated = log.mutate(money=log["minutes"] / 60 * rate)
    worked = rated.group_by(wid=rated["record"]).agg(work=rated["money"].sum())
    home = record.select(rid="id", service="service", team="team", category="category")
    t = change.filter(change["outcome"].isin(FAILED) & ctx.within(change["end"]))
    t = t.join(home, t["record"] == home["rid"]).left_join(worked, t["record"] == worked["wid"])
    down = t["actual_downtime_h"] * price(ctx, "downtime_hour", t["service"], t["end"].date())
    credit = _credits(ctx)
    t = t.mutate(down=down)
    t = t.left_join(credit, t["record"] == credit["cause"])
    got = ctx.arrays(
        t.select("record", "service", "team", "category", "start", "end", "work", "down",
                 credit=t["credit"].cast("float64")).order_by("record")
    )  # fmt: skip
    parts = np.stack([got[n].astype(float) for n in ("work", "down", "credit")])
    priced = bool(np.isfinite(parts).any()) if parts.size else False
    after, expected = _incidents(ctx, got)
    return Failures(
        got["record"], got["service"], got["team"], got["category"],
        np.nan_to_num(parts).sum(0), after, expected, _handling(ctx), priced,
    )  # fmt: skip


def _credits(ctx: Context) -> Any:
    """Credits given for records that a change caused."""
    result, record = ctx.table("target_result"), ctx.table("record")
    caused = record.filter(record["caused_by_change"].notnull())
    caused = caused.select(iid="id", cause="caused_by_change")
    both = result.join(caused, result["record"] == caused["iid"])
    return both.group_by("cause").agg(credit=both["credit_given"].sum())


def _incidents(ctx: Context, got: dict[str, Array]) -> tuple[Array, Array]:
    """Incidents in 72 hours after each change, and how many are usual.

    The formula says "excess incidents (MR-02)": those on the change's CIs and what stands on
    them, where changes and most incidents name their CIs; else those of its service.
    """
    if _on_items(ctx):
        found = after_changes(ctx)
        place = {str(name): i for i, name in enumerate(found.facts["id"])}
        at = np.array([place.get(str(name), -1) for name in got["record"]], dtype=np.int64)
        pick = [np.append(part, 0.0)[at] for part in (found.observed, found.expected)]
        return pick[0], pick[1]
    record = ctx.table("record")
    mine = record.filter((record["kind"] == "incident") & record["service"].notnull())
    inc = ctx.arrays(mine.select("id", "service", "opened_at").order_by("id"))
    n = len(got["record"])
    if not n or not len(inc["id"]):
        return np.zeros(n), np.zeros(n)
    names = {name: i for i, name in enumerate(sorted({str(s) for s in inc["service"]}))}
    unit = np.array([names.get(str(s), -1) for s in got["service"]])
    end = _hours(got["end"])
    start = np.where(np.isnat(got["start"]), end, _hours(got["start"]))
    w = windows(
        Timeline(unit, end),
        Timeline(np.array([names[str(s)] for s in inc["service"]]), _hours(inc["opened_at"])),
        starts=np.minimum(start, end),
    )
    known = (unit >= 0) & w.used
    return np.where(known, w.after, 0.0), np.where(known, w.expected, 0.0)


def _on_items(ctx: Context) -> bool:
    """Whether changes name their CIs, and at least half of the incidents do."""
    if not ctx.has("change_ci", "record.ci"):
        return False
    r = ctx.table("record")
    mine = r.filter(r["kind"] == "incident")
    row = ctx.one(mine.agg(n=mine.count(), named=mine["ci"].count()))
    return bool(row["n"] and row["named"] * 2 >= row["n"])


def _hours(at: Array) -> Array:
    return np.asarray((at - np.datetime64("2000-01-01")) / np.timedelta64(1, "s") / 3600.0)


def _handling(ctx: Context) -> float:
    """Money of the work on one incident: mean hours times mean rate; 0 where not known."""
    log, record = ctx.table("worklog"), ctx.table("record")
    kind = record.filter(record["kind"] == "incident").select(iid="id")
    mine = log.join(kind, log["record"] == kind["iid"])
    rate = mine["rate"].cast("float64").coalesce(
        price(ctx, "work_hour", None, mine["started_at"].date())
    )  # fmt: skip
    mine = mine.mutate(money=mine["minutes"] / 60 * rate)
    row = ctx.one(mine.agg(money=mine["money"].sum(), n=mine["record"].nunique()))
    return float(row["money"] or 0) / row["n"] if row["n"] else 0.0


MEASURE = Measure(
    id="MB-12",
    indicator="budget_adherence",
    key=False,
    title="Failed-change cost",
    formula=(
        "for change.outcome in (failed, backed_out): worklog of the change x rate + excess "
        "incidents (MR-02) x handling hours x rate + change.actual_downtime_h x price_list "
        "downtime_hour + target_result.credit_given of those incidents, per year"
    ),
    tables=("change", "record", "worklog"),
    unit="money/year",
    direction="down",
    grain=("service", "category", "organisation"),
    n_min="10 failed changes",
    method="bootstrap + MR-02 interval",
    target="none",
    limit="materiality",
    caveats="prices count only with price_list.approved_by set",
    tier=3,
    judge=judge,
    needs=("change.outcome", "change.end"),
    uses=(
        "worklog.rate",
        "change.actual_downtime_h",
        "price_list.approved_by",
        "target_result.credit_given",
        "record.service",
        "record.category",
        "record.caused_by_change",
        "change_ci",
    ),
)
