"""MB-16: Year-end rush."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, closing_month, last_month, months_in, panel
from trueup.audit.stats.association import permutation_p
from trueup.audit.stats.shares import CONFIDENCE

LIMIT = 2.5
DRAWS = 2000
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Rush:
    """Discretionary money by month, oldest first, and which months end a financial year."""

    unit: Unit
    spent: Array
    ends: Array

    @property
    def years(self) -> int:
        """Whole years seen."""
        return len(self.spent) // YEAR

    @property
    def ratio(self) -> float:
        """The share of the last months of the years times twelve; 1 is an even spread."""
        mean = float(self.spent.mean())
        return float(self.spent[self.ends].mean()) / mean if mean > 0 else 0.0

    @property
    def excess(self) -> float:
        """Money a year that the last month has beyond the usual one."""
        return float(self.spent[self.ends].mean() - self.spent[~self.ends].mean())


def judge(ctx: Context) -> Answer | Silent:
    """The share of discretionary spend in the last month of the financial year, times twelve."""
    found = rushes(ctx)
    if not found:
        return Silent("not_enough_evidence", "no discretionary cost of a whole year is recorded")
    whole, *lines = found
    by = tuple((rush.unit, estimate(ctx, rush)) for rush in lines)
    return Answer(estimate(ctx, whole), by, n_min=2, unit_n_min=2, parts={"excess": whole.excess})


def estimate(ctx: Context, rush: Rush) -> Estimate:
    """The ratio; its interval from drawing the other months anew; p by shuffling the months."""
    rng = ctx.rng(f"{rush.unit.kind}|{rush.unit.id}")
    usual, ends = rush.spent[~rush.ends], rush.spent[rush.ends]
    drawn = usual[rng.integers(0, len(usual), size=(DRAWS, len(usual)))].sum(1)
    mean = (drawn + ends.sum()) / len(rush.spent)
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = np.quantile(ends.mean() / np.where(mean > 0, mean, np.nan), tails)
    p = permutation_p(rush.ends, rush.spent, rng)
    value = rush.ratio
    return Estimate(
        value, min(float(low), value), max(float(high), value), rush.years,
        p=p if value > LIMIT else 1.0, method="compared",
    )  # fmt: skip


def rushes(ctx: Context) -> list[Rush]:
    """All discretionary money first, then each line with any; whole years up to the last month."""
    found: list[Rush] = ctx.value("rushes", _rushes)
    return found


def _rushes(ctx: Context) -> list[Rush]:
    cost = ctx.table("cost")
    last = last_month(ctx)
    free = cost.filter(cost["discretionary"].fill_null(False) & months_in(cost["month"], 0, last))
    first = ctx.one(cost.agg(first=cost["month"].min()))["first"]
    years = (last - ((first.year - 1970) * YEAR + first.month - 1) + 1) // YEAR
    got = ctx.arrays(
        free.group_by("line", "month").agg(amount=free["amount"].sum()).order_by("line", "month")
    )
    if years < 1 or not len(got["month"]):
        return []
    start = last - years * YEAR + 1
    cells = panel(got, ("line",), ("amount",), start, last)
    months = np.arange(start, last + 1)
    ends = months % YEAR == closing_month(ctx) - 1
    spent = cells.values["amount"]
    out = [Rush(Unit("organisation", "*"), spent.sum(0), ends)]
    for key, row in zip(cells.keys, spent, strict=True):
        if key[0] and row.sum() > 0:
            out.append(Rush(Unit("line", key[0]), row, ends))
    return out


MEASURE = Measure(
    id="MB-16",
    indicator="budget_adherence",
    key=False,
    title="Year-end rush",
    formula=(
        "share of discretionary spend (cost.discretionary = true) in the last month of the "
        "financial year x 12"
    ),
    tables=("cost",),
    unit="ratio",
    direction="down",
    grain=("line", "organisation"),
    n_min="2 years",
    method="permutation over months",
    target=1.5,
    limit=2.5,
    caveats="real seasonality: compare with usage.units",
    tier=4,
    judge=judge,
    needs=("cost.discretionary",),
    uses=("cost.line",),
)
