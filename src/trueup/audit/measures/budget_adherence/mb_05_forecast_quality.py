"""MB-05: Forecast quality."""

from __future__ import annotations

import numpy as np
from scipy import stats

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Array, index_of, last_month, month_day, months_in
from trueup.audit.stats.resample import bca_sums, ratio_of_sums

BIAS = 0.02
N_MIN = 6


def judge(ctx: Context) -> Answer | Silent:
    """How far forecasts lie from the actual cost of closed months, and on which side."""
    got = forecasts(ctx)
    if not len(got["made"]):
        return Silent("not_enough_evidence", "no forecast of a closed month is recorded")
    whole = _estimate(ctx, got, np.ones(len(got["made"]), dtype=bool), "*")
    by = []
    for line in sorted(set(got["line"])):
        by.append((Unit("line", str(line)), _estimate(ctx, got, got["line"] == line, str(line))))
    parts: dict[str, float | str | None] = {"bias": _bias(got)}
    for lead in sorted(set(got["lead"]))[:YEAR]:
        at = got["lead"] == lead
        spent = float(np.abs(got["actual"][at]).sum())
        if spent > 0:
            parts[f"lead {int(lead)}"] = float(np.abs(got["off"][at]).sum()) / spent
    ahead = int((got["off"] > 0).sum())
    sided = stats.binomtest(ahead, len(got["off"]), 0.5).pvalue
    parts["p of one side"] = float(sided)
    return Answer(whole, tuple(by), n_min=N_MIN, unit_n_min=N_MIN, parts=parts)


def forecasts(ctx: Context) -> dict[str, Array]:
    """Forecasts of closed months of the period beside what they cost, made before their end."""
    f, c = ctx.table("forecast"), ctx.table("cost")
    last = last_month(ctx)
    first = (ctx.period.first.year - 1970) * YEAR + ctx.period.first.month - 1
    spent = c.filter(c["line"].notnull()).group_by(cl="line", cm="month").agg(
        actual=c["amount"].sum()
    )  # fmt: skip
    mine = f.filter(months_in(f["month"], first, last) & (f["made_on"] < month_day(last + 1)))
    both = mine.join(spent, [mine["line"] == spent["cl"], mine["month"] == spent["cm"]])
    got = ctx.arrays(
        both.select("line", "made_on", "month", amount=both["amount"].cast("float64"),
                    actual=both["actual"].cast("float64")).order_by("line", "made_on", "month")
    )  # fmt: skip
    lead = index_of(got["month"]) - index_of(got["made_on"])
    keep = lead >= 0
    return {
        "line": got["line"][keep].astype(str), "made": got["made_on"][keep].astype(str),
        "lead": lead[keep], "actual": got["actual"][keep],
        "off": (got["amount"] - got["actual"])[keep],
    }  # fmt: skip


def _bias(got: dict[str, Array]) -> float | None:
    spent = float(got["actual"].sum())
    return float(got["off"].sum()) / spent if spent else None


def _estimate(ctx: Context, got: dict[str, Array], mine: Array, name: str) -> Estimate:
    vintages, code = np.unique(got["made"][mine], return_inverse=True)
    off, actual = got["off"][mine], got["actual"][mine]
    wape = np.stack([np.bincount(code, np.abs(off)), np.bincount(code, np.abs(actual))], axis=1)
    ring = bca_sums(wape, ratio_of_sums, ctx.rng(name))
    spent = float(actual.sum())
    # The bias has a band of its own: a point beyond its target is amber. Its limit needs no
    # rule, for errors all on one side beyond 5 % are beyond the target of the errors too.
    skewed = abs(float(off.sum())) > BIAS * abs(spent)
    return Estimate(
        ring.value, ring.low, ring.high, len(vintages), method="compared", signal=skewed
    )


MEASURE = Measure(
    id="MB-05",
    indicator="budget_adherence",
    key=False,
    title="Forecast quality",
    formula=(
        "WAPE = sum abs(F - A)/sum abs(A) per lead time in months, F = forecast.amount, A = "
        "cost.amount of line and month; bias = sum (F - A)/sum A"
    ),
    tables=("forecast", "cost"),
    unit="share",
    direction="down",
    grain=("line", "organisation"),
    n_min="6 vintages (forecast.made_on)",
    method="bootstrap; sign test for the bias",
    target=0.05,
    limit=0.15,
    caveats=(
        "bias has its own band: target +-0.02, limit +-0.05; padding shows as positive bias "
        "released in the last quarter"
    ),
    tier=4,
    judge=judge,
    needs=("cost.line",),
)
