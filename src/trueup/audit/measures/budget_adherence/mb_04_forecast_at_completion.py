"""MB-04: Forecast at completion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_03_spent_plus_promised import commitments
from trueup.audit.money import Plan, financial_year, last_month, month_day, plan
from trueup.audit.stats.resample import block_index

DRAWS = 10_000
LIMIT = 0.50
BLOCK = 3
ROUNDED = 0.01
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Completion:
    """Where the year will end: draws of the cost at completion against the year's budget."""

    draws: Array
    annual: float
    spent: float
    months: int

    @property
    def chance(self) -> float:
        """The chance to end above the budget."""
        return self.beyond(0.0)

    def beyond(self, share: float) -> float:
        """The chance to end above the budget by more than a share of it."""
        return float((self.draws > self.annual * (1 + share) + 0.005).mean())


def judge(ctx: Context) -> Answer | Silent:
    """The chance that the year ends above its budget, judged by the point."""
    p = plan(ctx)
    every = np.ones(len(p.cells.keys), dtype=bool)
    whole = completion(ctx, p, every, "*")
    if whole is None:
        return Silent("not_enough_evidence", "no budget of the financial year is recorded")
    estimate = _estimate(whole, _robust(ctx, p, whole))
    by = []
    for place, kind in ((0, "line"), (1, "service")):
        names = p.cells.named(place)
        for name in sorted(set(names) - {""}):
            end = completion(ctx, p, names == name, f"{kind}|{name}")
            if end is not None:
                by.append((Unit(kind, str(name)), _estimate(end, _thin(end))))
    p10, p50, p90 = np.quantile(whole.draws, [0.1, 0.5, 0.9])
    return Answer(
        estimate, tuple(by), n_min=6, unit_n_min=6,
        parts={"P10": float(p10), "P50": float(p50), "P90": float(p90), "budget": whole.annual,
               "BAC/CPI": _by_index(ctx, p, whole), "spent": whole.spent},
    )  # fmt: skip


def completion(ctx: Context, p: Plan, mine: Array, name: str) -> Completion | None:
    """The year's end of some cells; None without a budget for the year."""
    found: Completion | None = ctx.value(
        f"completion:{name}", lambda ctx: _completion(ctx, p, mine, name)
    )
    return found


def _completion(ctx: Context, p: Plan, mine: Array, name: str) -> Completion | None:
    start, end = financial_year(ctx)
    last, first = last_month(ctx), p.cells.first
    planned, actual = p["planned"][mine].sum(0), p["actual"][mine].sum(0)
    annual = float(planned[start - first : end - first + 1].sum())
    if annual <= 0:
        return None
    spent = float(actual[start - first : last - first + 1].sum())
    ahead = planned[last - first + 1 : end - first + 1]
    past = planned[: last - first + 1] > 0
    months = int(past.sum())
    off = (actual[: last - first + 1] / np.where(past, planned[: last - first + 1], 1.0) - 1)[past]
    lines = {p.cells.keys[i][0] for i in np.flatnonzero(mine)}
    rest = _rest(ctx, off, ahead, name) + _steps(ctx, lines, name)
    promised = sum(commitments(ctx)[0].get(line, 0.0) for line in lines)
    whole_lines = name == "*" or name.startswith("line|")
    if whole_lines and len(ahead):
        rest = np.maximum(rest, promised)
    return Completion(spent + rest, annual, spent, months)


def _rest(ctx: Context, off: Array, ahead: Array, name: str) -> Array:
    """Draws of what the remaining months will cost: the plan with own past deviations."""
    if not len(ahead) or not len(off):
        return np.full(DRAWS, float(ahead.sum()))
    rng = ctx.rng(name)
    index = block_index(len(off), BLOCK, DRAWS, rng)
    while index.shape[1] < len(ahead):
        index = np.concatenate([index, block_index(len(off), BLOCK, DRAWS, rng)], axis=1)
    drawn = off[index[:, : len(ahead)]]
    return np.asarray((ahead * (1 + drawn)).sum(1))


def _steps(ctx: Context, lines: set[str], name: str) -> float:
    """Known steps of the remaining months, on the lines asked for."""
    if not ctx.has("known_step") or name.startswith("service|"):
        return 0.0
    _, end = financial_year(ctx)
    step = ctx.table("known_step")
    mine = step.filter(
        (step["month"] >= month_day(last_month(ctx) + 1)) & (step["month"] < month_day(end + 1))
        & step["line"].isin(sorted(lines))
    )  # fmt: skip
    return float(ctx.one(mine.agg(total=mine["amount"].sum()))["total"] or 0)


def _estimate(end: Completion, robustness: float) -> Estimate:
    p = end.chance
    return Estimate(p, p, p, end.months, exact=True, robustness=robustness, method="modelled")


def _thin(end: Completion) -> float:
    """An overrun of less than one per cent of the budget is no verdict to rely on."""
    return 1.0 if (end.beyond(ROUNDED) >= LIMIT) == (end.chance >= LIMIT) else 0.5


def _robust(ctx: Context, p: Plan, whole: Completion) -> float:
    """Whether the verdict stands with a budget one per cent larger and without the largest line."""
    names = p.cells.named(0)
    sizes = {line: float(p["planned"][names == line].sum()) for line in sorted(set(names))}
    verdicts = [whole.chance >= LIMIT, whole.beyond(ROUNDED) >= LIMIT]
    if len(sizes) >= 3:
        rest = completion(ctx, p, names != max(sizes, key=lambda n: sizes[n]), "rest")
        if rest is not None:
            verdicts.append(rest.chance >= LIMIT)
    return float(np.mean([v == verdicts[0] for v in verdicts]))


def _by_index(ctx: Context, p: Plan, whole: Completion) -> float | None:
    """The year's budget at the pace so far (budget at completion over the cost index)."""
    start, _ = financial_year(ctx)
    span = slice(start - p.cells.first, last_month(ctx) - p.cells.first + 1)
    planned = float(p["planned"][:, span].sum())
    return whole.annual * whole.spent / planned if planned > 0 else None


MEASURE = Measure(
    id="MB-04",
    indicator="budget_adherence",
    key=True,
    title="Forecast at completion",
    formula=(
        "EAC = A + sum over remaining months of budget.amount x (1 + delta), delta = block "
        "bootstrap (3 months) of own past relative deviations, + known steps (agreement.start, "
        "agreement.end, renewals, commitment.open_amount); report P10/P50/P90; value = P(EAC > "
        "annual budget); cross-checks BAC/CPI and A + remaining plan"
    ),
    tables=("cost", "budget"),
    unit="probability",
    direction="down",
    grain=("line", "service", "organisation"),
    n_min="6 closed months or 2 past years",
    method="Monte Carlo 10,000",
    target=0.20,
    limit=0.50,
    caveats="management reserve apart",
    tier=4,
    judge=judge,
    needs=("cost.line",),
    uses=("commitment.open_amount", "known_step.amount", "budget.service"),
)
