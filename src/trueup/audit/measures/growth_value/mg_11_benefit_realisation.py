"""MG-11: Benefit realisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import exact
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.stats.resample import bca_sums, ratio_of_sums

LIMIT = 0.5
DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Kept:
    """One investment: what it promised up to today and what it brought."""

    id: str
    service: str
    promised: float
    realised: float
    evidenced: float
    years: float
    cancelled: bool


def judge(ctx: Context) -> Answer | Silent:
    """Benefits realised of those promised to date; cancelled investments count with nothing."""
    kept = kept_promises(ctx)
    if not kept:
        return Silent(
            "not_applicable", "no investment with a promised benefit is live or cancelled"
        )
    sums = np.array([[k.realised, k.promised] for k in kept])
    ring = bca_sums(sums, ratio_of_sums, ctx.rng())
    whole = Estimate(ring.value, ring.low, ring.high, len(kept), robustness=_robust(sums))
    by = [(Unit("service", s), _unit([k for k in kept if k.service == s]))
          for s in sorted({k.service for k in kept})]  # fmt: skip
    by += [(Unit("investment", k.id), _unit([k])) for k in kept]
    evidenced = sum(k.evidenced for k in kept) / float(sums[:, 1].sum())
    return Answer(
        whole, tuple(by), n_min=5, unit_n_min=1,
        parts={"evidenced": evidenced, "claimed": ring.value - evidenced,
               "cancelled": float(sum(k.cancelled for k in kept))},
    )  # fmt: skip


def kept_promises(ctx: Context) -> list[Kept]:
    """Every investment that is live or was cancelled and promised a benefit in money."""
    found: list[Kept] = ctx.value("kept_promises", _kept)
    return found


def _kept(ctx: Context) -> list[Kept]:
    investment, benefit = ctx.table("investment"), ctx.table("benefit")
    today = ctx.today
    so_far = benefit.filter(benefit["month"] <= today)
    brought = so_far.group_by(bid=so_far["investment"]).agg(
        realised=so_far["amount"].sum(),
        evidenced=so_far["amount"].sum(where=so_far["evidence"].isin(["A", "B"])),
    )
    cancelled = investment["cancelled"].fill_null(False)
    mine = investment.filter(
        (investment["benefit_mode"] > 0) & (cancelled | (investment["go_live"] <= today))
        & (investment["decided_on"] <= today)
    )  # fmt: skip
    joined = mine.left_join(brought, mine["id"] == brought["bid"])
    rows = ctx.rows(
        joined.select("id", "service", "decided_on", "go_live", "cancelled", "benefit_mode",
                      "life_months", "realised", "evidenced").order_by("id")
    )  # fmt: skip
    kept = [_one(ctx, row) for row in rows]
    return [k for k in kept if k.promised > 0]


def _one(ctx: Context, row: dict[str, Any]) -> Kept:
    cancelled = bool(row["cancelled"])
    since = row["go_live"] or row["decided_on"]
    life = float(row["life_months"] or ctx.params["life_months"]) / 12
    years = min(max((ctx.today - since).days, 0) / DAYS, life)
    kept = Kept(
        row["id"], row["service"], float(row["benefit_mode"]) * years,
        float(row["realised"] or 0), float(row["evidenced"] or 0), years, cancelled,
    )  # fmt: skip
    return replace(kept, realised=0.0, evidenced=0.0) if cancelled else kept


def _unit(kept: list[Kept]) -> Estimate:
    return exact(sum(k.realised for k in kept) / sum(k.promised for k in kept), len(kept))


def _robust(sums: np.ndarray[Any, Any]) -> float:
    """Whether the verdict stands without the largest promise and without the largest benefit."""
    own = sums.sum(0)
    specs = [own, own - sums[np.argmax(sums[:, 1])], own - sums[np.argmax(sums[:, 0])]]
    verdicts = [bool(s[0] < LIMIT * s[1]) for s in specs]
    return float(np.mean([v == verdicts[0] for v in verdicts]))


MEASURE = Measure(
    id="MG-11",
    indicator="growth_value",
    key=True,
    title="Benefit realisation",
    formula=(
        "sum of benefit.amount to date / sum of promised to date (investment.benefit_mode per "
        "year x years since investment.go_live); investment.cancelled = true counts with 0 "
        "realised"
    ),
    tables=("investment", "benefit"),
    unit="ratio",
    direction="up",
    grain=("organisation", "service"),
    n_min="5 investments (per investment from 1)",
    method="cluster bootstrap by investment",
    target=0.8,
    limit=0.5,
    caveats="survivorship: cancelled ones stay in",
    tier=5,
    judge=judge,
    needs=("investment.benefit_mode",),
    uses=(
        "investment.go_live",
        "investment.cancelled",
        "investment.life_months",
        "benefit.evidence",
    ),
)
