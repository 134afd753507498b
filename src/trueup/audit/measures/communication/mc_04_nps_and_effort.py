"""MC-04: NPS and effort."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.stats.charts import xmr
from trueup.audit.stats.shares import z_of


def judge(ctx: Context) -> Answer | Silent:
    """NPS of the relationship survey with its interval; its trend by month."""
    survey = ctx.table("survey")
    mine = survey.filter(
        survey["relationship"].fill_null(False) & survey["nps"].notnull()
        & ctx.within(survey["answered_at"].coalesce(survey["sent_at"]))
    )  # fmt: skip
    got = ctx.arrays(
        mine.select("customer", "nps", "ces", at=mine["answered_at"].coalesce(mine["sent_at"]))
        .order_by("at", "customer")
    )  # fmt: skip
    whole = _nps(got["nps"], _falling(got))
    if whole is None:
        return Silent("not_enough_evidence", "no relationship survey was answered")
    by = []
    for name in sorted({str(c) for c in got["customer"] if c}):
        estimate = _nps(got["nps"][got["customer"] == name], False)
        if estimate is not None:
            by.append((Unit("customer", name), estimate))
    ces = got["ces"].astype(float)
    easy = float((ces[~np.isnan(ces)] >= 6).mean()) if (~np.isnan(ces)).any() else None
    return Answer(whole, tuple(by), n_min=50, unit_n_min=50, parts={"effort in the top 2": easy})


def _nps(score: np.ndarray[Any, Any], signal: bool) -> Estimate | None:
    n = len(score)
    if n == 0:
        return None
    up, down = float((score >= 9).mean()), float((score <= 6).mean())
    value = up - down
    half = z_of() * float(np.sqrt(max(up + down - value**2, 0.0) / n))
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), n, signal=signal)


def _falling(got: dict[str, Any]) -> bool:
    """Whether the monthly NPS shows a signal in the bad direction."""
    month = got["at"].astype("datetime64[M]")
    series = [
        float((got["nps"][month == m] >= 9).mean() - (got["nps"][month == m] <= 6).mean())
        for m in np.unique(month)
    ]
    chart = xmr(np.array(series))
    return bool(chart.speaks and any(s.side < 0 for s in chart.signals))


MEASURE = Measure(
    id="MC-04",
    indicator="communication",
    key=False,
    title="NPS and effort",
    formula=(
        "survey.relationship = true: NPS = p(9-10) - p(0-6) of survey.nps, SE = sqrt((p_plus + "
        "p_minus - NPS^2)/n); share of survey.ces in the top 2 of the scale"
    ),
    tables=("survey",),
    unit="points",
    direction="up",
    grain=("customer", "organisation"),
    n_min="50 answers",
    method="normal / bootstrap",
    target="trend",
    limit="trend",
    caveats="a question about the relation, not per record",
    tier=2,
    judge=judge,
    needs=("survey.nps",),
)
