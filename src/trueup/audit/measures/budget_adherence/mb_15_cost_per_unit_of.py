"""MB-15: Cost per unit of work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Array, homed_cost, index_of, last_month, months_in, price
from trueup.audit.stats.charts import SPEAKS, xmr
from trueup.audit.stats.resample import bca_sums, ratio_of_sums

N_MIN = 50


@dataclass(frozen=True, slots=True)
class Work:
    """Completed records of twelve months by cell and month: how many, at what money."""

    team: Array
    category: Array
    month: Array
    done: Array
    money: Array


def judge(ctx: Context) -> Answer | Silent:
    """Labour cost per completed record, judged against its own past months only."""
    found = _work(ctx)
    if found is None:
        gaps = ctx.missing("worklog", "cost.pool")
        return Silent("not_enough_evidence", "no labour cost can be put on records", gaps)
    if not found.done.sum():
        return Silent("not_enough_evidence", "no record was completed in twelve months")
    every = np.ones(len(found.done), dtype=bool)
    by = []
    for kind in ("team", "category"):
        names = getattr(found, kind)
        for name in sorted({str(v) for v in names if v}):
            by.append((Unit(kind, name), _estimate(ctx, found, names == name, f"{kind}|{name}")))
    whole = _estimate(ctx, found, every, "*")
    return Answer(whole, tuple(by), n_min=N_MIN, unit_n_min=N_MIN)


def _work(ctx: Context) -> Work | None:
    last = last_month(ctx)
    record = ctx.table("record")
    done = record.filter(record["resolved_at"].notnull() & (record["state"] != "cancelled"))
    done = done.mutate(month=ctx.local(done["resolved_at"]).date().truncate("M"))
    done = done.filter(months_in(done["month"], last - YEAR + 1, last))
    if ctx.has("worklog"):
        log = ctx.table("worklog")
        rate = log["rate"].cast("float64").coalesce(
            price(ctx, "work_hour", None, log["started_at"].date())
        )  # fmt: skip
        rated = log.mutate(money=log["minutes"] / 60 * rate)
        worked = rated.group_by(wid="record").agg(
            minutes=rated["minutes"].sum(), money=rated["money"].sum()
        )
        done = done.left_join(worked, done["id"] == worked["wid"])
    else:
        done = done.mutate(minutes=1.0, money=None)
        done = done.mutate(money=done["money"].cast("float64"))
    got = ctx.arrays(
        done.group_by("service", "team", "category", "month").agg(
            done=done.count(), minutes=done["minutes"].sum().fill_null(0.0),
            money=done["money"].sum(),
        ).order_by("service", "team", "category", "month")
    )  # fmt: skip
    month = index_of(got["month"])
    money = _spread(ctx, got, month)
    if money is None:
        money = got["money"].astype(float)
        if not np.isfinite(money).any():
            return None
    return Work(got["team"], got["category"], month, got["done"], np.nan_to_num(money))


def _spread(ctx: Context, got: dict[str, Array], month: Array) -> Array | None:
    """Each month's labour cost of a service, and of a team where told, spread by minutes.

    Cost of no service and no team is nobody's work; where none has either, all is spread over all.
    None where no labour cost is booked.
    """
    if not ctx.has("cost.pool"):
        return None
    cost, last = homed_cost(ctx), last_month(ctx)
    mine = cost.filter((cost["pool"] == "labour") & months_in(cost["month"], last - YEAR + 1, last))
    paid = ctx.arrays(
        mine.group_by("home", "team", "month").agg(amount=mine["amount"].sum())
        .order_by("home", "team", "month")
    )  # fmt: skip
    if not len(paid["month"]):
        return None
    named = any(v is not None for name in ("home", "team") for v in paid[name])
    minutes, out = got["minutes"].astype(float), np.zeros(len(month))
    rows = zip(paid["home"], paid["team"], index_of(paid["month"]), paid["amount"], strict=True)
    for home, team, at, amount in rows:
        if named and home is None and team is None:
            continue
        here = month == at
        here &= (got["service"] == home) if home is not None else True
        here &= (got["team"] == team) if team is not None else True
        whole = float(minutes[here].sum())
        if whole > 0:
            out[here] += float(amount) * minutes[here] / whole
    return out


def _estimate(ctx: Context, w: Work, mine: Array, name: str) -> Estimate:
    months, code = np.unique(w.month[mine], return_inverse=True)
    money = np.bincount(code, w.money[mine], len(months))
    done = np.bincount(code, w.done[mine], len(months))
    ring = bca_sums(np.stack([money, done], axis=1), ratio_of_sums, ctx.rng(name))
    each = money / np.maximum(done, 1)
    signal = False
    if len(each) >= SPEAKS and (each > 0).all():
        signal = any(s.side > 0 and s.rule == "outside" for s in xmr(each, log=True).signals)
    return Estimate(ring.value, ring.low, ring.high, int(done.sum()), signal=signal)


MEASURE = Measure(
    id="MB-15",
    indicator="budget_adherence",
    key=False,
    title="Cost per unit of work",
    formula=(
        "labour cost (cost.pool = labour of the team's services, spread by worklog.minutes; "
        "else worklog.minutes x rate) per completed record by record.kind and level"
    ),
    tables=("cost", "record"),
    unit="money/record",
    direction="context",
    grain=("team", "category"),
    n_min="50 records",
    method="bootstrap",
    target="trend",
    limit="trend",
    caveats="cheaper is not better: read with communication; benchmarks only as context",
    tier=4,
    judge=judge,
    uses=(
        "worklog.minutes",
        "worklog.rate",
        "cost.pool",
        "cost.service",
        "cost.team",
        "record.service",
        "record.team",
        "record.category",
    ),
)
