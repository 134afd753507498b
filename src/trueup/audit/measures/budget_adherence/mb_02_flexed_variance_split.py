"""MB-02: Flexed variance, split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Plan, financial_year, last_month, plan
from trueup.audit.stats.charts import SPEAKS, xmr
from trueup.audit.usage import usage_panel

LIMIT = 0.05
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Split:
    """The variance of cells, split; all per cell, summed over the months asked for.

    `price`, `efficiency`, `actual`, `counted` (actual cost with a driver) and `planned` are money.
    """

    price: Array
    efficiency: Array
    quantity: Array
    standard: Array
    unit_price: Array
    planned: Array
    actual: Array
    counted: Array
    driven: Array


def judge(ctx: Context) -> Answer | Silent:
    """Price and efficiency parts of the variance to date, of the budget with drivers."""
    p = plan(ctx)
    start, _ = financial_year(ctx)
    months = last_month(ctx) - start + 1
    split = split_of(ctx, p, start, last_month(ctx))
    if split.planned.sum() <= 0:
        return Silent("not_enough_evidence", "no budget of the financial year is recorded")
    if not split.driven.any():
        missing = ("cost.quantity", "budget.standard_price", "budget.standard_quantity")
        gaps = ctx.missing(*missing)
        return Silent("not_enough_evidence", "no line has a driver with price and quantity", gaps)
    every = np.ones(len(split.price), dtype=bool)
    whole = _estimate(ctx, p, split, every, months)
    by = []
    for place, kind in ((0, "line"), (1, "service")):
        names = p.cells.named(place)
        for name in sorted(set(names) - {""}):
            mine = names == name
            if (split.driven & mine).any():
                by.append((Unit(kind, str(name)), _estimate(ctx, p, split, mine, months)))
    return Answer(whole, tuple(by), n_min=1, unit_n_min=1, parts=_parts(split))


def split_of(ctx: Context, p: Plan, first: int, last: int) -> Split:
    """Split the variance of the months from first to last, by cell.

    A month counts where it has a quantity and a standard, each at the standard price of its own.
    """
    span = slice(max(first - p.cells.first, 0), last - p.cells.first + 1)
    month = {name: values[:, span] for name, values in p.cells.values.items()}
    use = (month["standard"] > 0) & (month["quantity"] > 0) & (month["known"] > 0)
    use &= month["counted"] > 0
    each = np.where(use, month["standard_money"] / np.where(use, month["standard"], 1.0), 0.0)
    total = {name: np.where(use, values, 0.0).sum(1) for name, values in month.items()}
    driven = np.asarray(use.any(1))
    quantity, standard = total["quantity"], total["standard"]
    unit_price = np.where(driven, total["standard_money"] / np.where(driven, standard, 1.0), 0.0)
    price = total["actual"] - (each * month["quantity"]).sum(1)
    efficiency = np.where(use.all(1), _efficiency(ctx, p, total, unit_price, span), 0.0)
    return Split(
        price, efficiency, quantity, standard, unit_price, total["planned"],
        month["actual"].sum(1), total["actual"], driven,
    )  # fmt: skip


def _efficiency(
    ctx: Context, p: Plan, total: dict[str, Array], unit_price: Array, span: slice
) -> Array:
    """Quantity beyond what the actual output allows, at the standard price.

    0 without planned and recorded output, and for lines whose cost is booked as fixed: what does
    not move with use has no quantity that use allows.
    """
    if not ctx.has("usage", "budget.planned_units"):
        return np.zeros(len(unit_price))
    width = last_month(ctx) - p.cells.first + 1
    used = usage_panel(ctx, width)
    place = {key[0]: i for i, key in enumerate(used.keys)}
    rows = [place.get(key[1], -1) for key in p.cells.keys]
    complete = [r >= 0 and bool(used.seen[r, span].all()) for r in rows]
    series = np.array(
        [
            used.values["units"][r, span].sum() if ok else 0.0
            for r, ok in zip(rows, complete, strict=True)
        ]
    )
    follows = 2 * total["variable"] > total["actual"]
    known = (total["output"] > 0) & np.array(complete, dtype=bool) & follows
    allowed = total["standard"] * series / np.where(known, total["output"], 1.0)
    return np.where(known, (total["quantity"] - allowed) * unit_price, 0.0)


def _estimate(ctx: Context, p: Plan, split: Split, mine: Array, months: int) -> Estimate:
    use = mine & split.driven
    base = float(split.planned[use].sum())
    value = float((split.price + split.efficiency)[use].sum()) / base if base > 0 else 0.0
    spent = float(split.actual[mine].sum())
    covered = float(split.counted[use].sum()) / spent if spent > 0 else 0.0
    return Estimate(
        value, value, value, months, exact=True, coverage=min(covered, 1.0),
        robustness=_robust(split, use, value), signal=_signal(ctx, p, mine),
    )  # fmt: skip


def _robust(split: Split, use: Array, value: float) -> float:
    """Whether the verdict stands without the largest cell; one cell has no other way to count."""
    if use.sum() < 3:
        return 1.0
    rest = use.copy()
    rest[np.argmax(np.where(use, split.planned, -1.0))] = False
    base = float(split.planned[rest].sum())
    other = float((split.price + split.efficiency)[rest].sum()) / base if base > 0 else value
    return 1.0 if (abs(other) > LIMIT) == (abs(value) > LIMIT) else 0.5


def _signal(ctx: Context, p: Plan, mine: Array) -> bool:
    """Whether the monthly price and efficiency parts rose beyond their own noise this year."""
    last = last_month(ctx)
    shares = []
    for month in range(max(p.cells.first, last - 2 * YEAR + 1), last + 1):
        part = split_of(ctx, p, month, month)
        base = float(part.planned[mine & part.driven].sum())
        if base > 0:
            shares.append(float((part.price + part.efficiency)[mine].sum()) / base)
    if len(shares) < SPEAKS:
        return False
    chart = xmr(np.array(shares))
    recent = len(shares) - YEAR
    return any(s.side > 0 and s.index >= recent and s.rule == "outside" for s in chart.signals)


def _parts(split: Split) -> dict[str, float | str | None]:
    """The identity: price + volume + mix = actual less planned at standard."""
    use = split.driven
    aq, bq, bp = split.quantity[use], split.standard[use], split.unit_price[use]
    mean = float((bq * bp).sum() / bq.sum())
    shares = aq / aq.sum() - bq / bq.sum()
    mix = float(aq.sum()) * float((shares * (bp - mean)).sum())
    moved = float(split.counted[use].sum() - split.price[use].sum()) - float((bq * bp).sum())
    return {
        "price": float(split.price.sum()), "volume": moved - mix, "mix": mix,
        "efficiency": float(split.efficiency.sum()), "budget": float(split.planned[use].sum()),
    }  # fmt: skip


MEASURE = Measure(
    id="MB-02",
    indicator="budget_adherence",
    key=True,
    title="Flexed variance, split",
    formula=(
        "per cost.line i with AQ = sum cost.quantity, AP = cost.amount/AQ, BP = "
        "budget.standard_price, BQ = budget.standard_quantity: price = sum (AP - BP) x AQ; "
        "volume = (sum AQ - sum BQ) x BPbar; mix = sum AQ x sum (sA - sB)(BP - BPbar), sA = "
        "AQ/sum AQ, sB = BQ/sum BQ, BPbar = sum sB x BP; identity price + volume + mix = A - B;"
        " efficiency = sum (AQ - allowed Q at actual output) x BP where a usage standard exists"
        " (part of volume, allowed Q = BQ x usage.units / planned units); value = (price + "
        "efficiency)/B"
    ),
    tables=("cost", "budget"),
    unit="share",
    direction="band",
    grain=("line", "service"),
    n_min=("driver (budget.driver, standard_price, standard_quantity) known for >= 80 % of cost"),
    method="exact identity; XmR on monthly price and efficiency parts",
    target=0.02,
    limit=0.05,
    caveats=(
        "volume is usually not the owner's fault; without drivers: not enough evidence; "
        "efficiency needs the planned units that the schema lacks"
    ),
    tier=4,
    judge=judge,
    needs=("cost.line", "cost.quantity", "budget.standard_price", "budget.standard_quantity"),
    uses=("budget.driver", "budget.planned_units", "budget.service", "usage.units"),
)
