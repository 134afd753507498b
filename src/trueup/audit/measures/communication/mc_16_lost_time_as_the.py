"""MC-16: Lost time as the customer feels it."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import months_of
from trueup.audit.relations import opened_in_period
from trueup.audit.stats.charts import xmr
from trueup.audit.stats.resample import bootstrap_means
from trueup.audit.voice import invitations

Array = np.ndarray[Any, Any]
DRAWS = 2000


def judge(ctx: Context) -> Answer | Silent:
    """Hours people say they lost in a month, scaled from the answers to all records by service."""
    t = invitations(ctx)
    answered = t.filter(t["lost_minutes"].notnull())
    got = ctx.arrays(
        answered.select("service", "category", "lost_minutes", "asked", "id").order_by("id")
    )  # fmt: skip
    n = len(got["id"])
    if n == 0:
        return Silent("not_enough_evidence", "nobody was asked for lost time")
    hours = got["lost_minutes"].astype(float) / 60.0
    whole, by = _scaled(ctx, hours, got, "service", _rising(hours, got["asked"]))
    _, categories = _scaled(ctx, hours, got, "category", False)
    top = (
        float(np.sort(hours)[-(n // 10) :].sum() / hours.sum()) if n >= 10 and hours.any() else None
    )
    return Answer(
        whole, (*by, *categories), n_min=50, unit_n_min=50, parts={"share of the top 10 %": top}
    )


def _scaled(
    ctx: Context, hours: Array, got: dict[str, Array], kind: str, signal: bool
) -> tuple[Estimate, tuple[tuple[Unit, Estimate], ...]]:
    """Hours a month with one kind of unit as strata: the whole, and each unit."""
    record, months = opened_in_period(ctx), months_of(ctx)
    sizes = {
        r[kind] or "": int(r["n"])
        for r in ctx.rows(record.group_by(kind).agg(n=record.count()).order_by(kind))
    }
    stratum = np.array([s or "" for s in got[kind]], dtype=object)
    rng = ctx.rng(kind)
    total, draws, by = 0.0, np.zeros(DRAWS), []
    for name in sorted(set(stratum)):
        mine = hours[stratum == name]
        scale = max(sizes.get(name, len(mine)), len(mine)) / months
        means = bootstrap_means(mine, rng, DRAWS)
        low, high = np.quantile(means * scale, [0.05, 0.95])
        total += float(mine.mean()) * scale
        draws = draws + means * scale
        if name:
            value = float(mine.mean()) * scale
            found = Estimate(
                value, float(low), float(high), len(mine), method="modelled", grade="C"
            )
            by.append((Unit(kind, name), found))
    low, high = np.quantile(draws, [0.05, 0.95])
    whole = Estimate(
        total, float(low), float(high), len(hours), method="modelled", grade="C", signal=signal
    )
    return whole, tuple(by)


def _rising(hours: Array, at: Array) -> bool:
    """Whether the monthly mean shows a signal upwards."""
    month = at.astype("datetime64[M]")
    series = np.array([hours[month == m].mean() for m in np.unique(month)])
    chart = xmr(series)
    return bool(chart.speaks and any(s.side > 0 for s in chart.signals))


MEASURE = Measure(
    id="MC-16",
    indicator="communication",
    key=False,
    title="Lost time as the customer feels it",
    formula=(
        "sum and Lorenz curve of survey.lost_minutes, scaled to all records by stratum; share "
        "from the top 10 %"
    ),
    tables=("survey",),
    unit="hours/month",
    direction="down",
    grain=("service", "category"),
    n_min="50 answers",
    method="bootstrap",
    target="trend",
    limit="trend",
    caveats="perception; in one vendor's data 12.6 % of tickets made about 80 %",
    tier=2,
    judge=judge,
    needs=("survey.lost_minutes",),
)
