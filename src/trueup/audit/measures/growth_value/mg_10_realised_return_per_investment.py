"""MG-10: Realised return per investment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Array, index_of, last_month
from trueup.audit.stats.losses import pert

DRAWS = 10_000
QUARTERS = 6


@dataclass(frozen=True, slots=True)
class Return:
    """One investment: draws of its present value, and what stands beside it."""

    id: str
    service: str
    npv: Array
    roi: float
    payback: float | None
    evidenced: float
    claimed: float


def judge(ctx: Context) -> Answer | Silent:
    """The chance that investments pay back what they cost, from benefits so far and promised."""
    found = returns(ctx)
    if not found:
        return Silent("not_enough_evidence", "no investment is live for two quarters")
    by = []
    for service in sorted({r.service for r in found}):
        mine = [r for r in found if r.service == service]
        by.append((Unit("service", service), _estimate(mine)))
    by += [(Unit("investment", r.id), _estimate([r])) for r in found]
    whole = np.sum([r.npv for r in found], axis=0)
    p10, p50, p90 = (float(q) for q in np.quantile(whole, [0.1, 0.5, 0.9]))
    paid = [r.payback for r in found if r.payback is not None]
    return Answer(
        _estimate(found), tuple(by), n_min=1, unit_n_min=1,
        parts={"NPV P10": p10, "NPV P50": p50, "NPV P90": p90,
               "ROI": float(np.mean([r.roi for r in found])), "paid back": float(len(paid)),
               "evidenced": sum(r.evidenced for r in found),
               "claimed": sum(r.claimed for r in found)},
    )  # fmt: skip


def _estimate(found: list[Return]) -> Estimate:
    p = float((np.sum([r.npv for r in found], axis=0) > 0).mean())
    return Estimate(p, p, p, len(found), exact=True, method="modelled")


def returns(ctx: Context) -> list[Return]:
    """Every investment live for two quarters or more, or cancelled after it went live."""
    investment, benefit = ctx.table("investment"), ctx.table("benefit")
    last = last_month(ctx)
    paid = benefit.mutate(sure=benefit["evidence"].isin(["A", "B"]).fill_null(False))
    got = ctx.arrays(
        paid.group_by("investment", "month").agg(
            amount=paid["amount"].sum(), sure=paid["amount"].sum(where=paid["sure"]).fill_null(0),
        ).order_by("investment", "month")
    )  # fmt: skip
    month = index_of(got["month"])
    keep = month <= last
    got = {k: v[keep] for k, v in got.items()}
    rows = ctx.rows(investment.filter(investment["go_live"].notnull()).order_by("id"))
    out = []
    for row in rows:
        since = (row["go_live"].year - 1970) * YEAR + row["go_live"].month - 1
        if last - since + 1 >= QUARTERS:
            mine = got["investment"] == row["id"]
            out.append(_one(ctx, row, since, last, {k: v[mine] for k, v in got.items()}))
    return out


def _one(ctx: Context, row: dict[str, Any], since: int, last: int, got: dict[str, Array]) -> Return:
    begin = (row["decided_on"].year - 1970) * YEAR + row["decided_on"].month - 1
    rate = 1 + float(ctx.params["discount_rate"])
    capex, opex = float(row["capex"]), float(row["opex_change_month"] or 0)
    life = int(row["life_months"] or float(ctx.params["life_months"]))
    past = np.zeros(max(last - since + 1, 1))
    at = index_of(got["month"]) - since
    inside = (at >= 0) & (at < len(past))
    np.add.at(past, at[inside], got["amount"][inside])
    months = np.arange(since, last + 1)
    flow = past - opex
    npv = -capex + float((flow / rate ** ((months - begin) / YEAR)).sum())
    left = 0 if row["cancelled"] else max(0, since + life - last - 1)
    drawn = np.full(DRAWS, npv)
    if left:
        ahead = np.arange(last + 1, last + 1 + left)
        factor = float((1 / rate ** ((ahead - begin) / YEAR)).sum())
        drawn = drawn + factor * (_promise(ctx, row) / YEAR - opex)
    total = np.cumsum(flow) - capex
    back = np.flatnonzero(total >= 0)
    sure = float(got["sure"].sum())
    return Return(
        row["id"], row["service"], drawn, float(flow.sum()) / capex if capex else 0.0,
        float(back[0] + 1) if len(back) else None, sure, float(got["amount"].sum()) - sure,
    )  # fmt: skip


def _promise(ctx: Context, row: dict[str, Any]) -> Array:
    """Draws of the benefit a year; the mode alone where no range is stated, else nothing."""
    mode = row["benefit_mode"]
    if mode is None:
        return np.zeros(DRAWS)
    low, high = (
        row[name] if row[name] is not None else mode for name in ("benefit_low", "benefit_high")
    )
    low, mode, high = sorted((float(low), float(mode), float(high)))
    return pert(low, mode, high).draw(DRAWS, ctx.rng(str(row["id"])))


MEASURE = Measure(
    id="MG-10",
    indicator="growth_value",
    key=False,
    title="Realised return per investment",
    formula=(
        "NPV = -investment.capex + sum over months t of (benefit_t - "
        "investment.opex_change_month)/(1+r)^(t/12); ROI = sum of (benefit - opex "
        "change)/capex; payback = first month with cumulated >= 0; past months from "
        "benefit.amount, split into evidenced (benefit.evidence A, B) and claimed (C, D); the "
        "rest of the life (parameter life_months=36) from PERT(investment.benefit_low, "
        "benefit_mode, benefit_high, money per year); r = parameter discount_rate=0.05, set by "
        "the finance role; value = P(NPV > 0)"
    ),
    tables=("investment", "benefit"),
    unit="probability",
    direction="up",
    grain=("service", "organisation"),
    n_min=">= 2 quarters after investment.go_live",
    method="PERT Monte Carlo; difference-in-differences where a comparison group exists",
    target=0.70,
    limit=0.30,
    caveats=(
        "a benefit without a measured value before is only claimed; statement per investment, "
        "unit = its service"
    ),
    tier=5,
    judge=judge,
    needs=("investment.go_live",),
    uses=(
        "investment.opex_change_month",
        "investment.benefit_low",
        "investment.benefit_mode",
        "investment.benefit_high",
        "investment.life_months",
        "benefit.evidence",
    ),
)
