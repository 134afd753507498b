"""MG-01: Revenue growth, like for like, as a bridge."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Array, last_month, panel, revenue_base, revenue_rows
from trueup.audit.stats.resample import block_bootstrap
from trueup.audit.usage import usage_panel

MONTHS = 2 * YEAR
LEAST, QUARTER = 15, 3


def judge(ctx: Context) -> Answer | Silent:
    """Recurring revenue of the last year over the year before, and what moved it."""
    base = revenue_base(ctx)
    if not base:
        return Silent("not_enough_evidence", "no recurring revenue is recorded")
    rows = revenue_rows(ctx)
    got = ctx.arrays(rows.filter(rows["base"] == base).order_by("service", "customer", "month"))
    last = last_month(ctx)
    cells = panel(got, ("service", "customer"), ("amount",), last - MONTHS + 1, last)
    if not cells.keys:
        return Silent("not_enough_evidence", "no revenue of the last two years is recorded")
    money = cells.values["amount"]
    if not cells.seen[:, -1].any():
        return Silent("not_enough_evidence", "no revenue is recorded for the last closed month")
    by = []
    for place, kind in ((0, "service"), (1, "customer")):
        names = cells.named(place)
        for name in sorted(set(names) - {""}):
            mine = money[names == name]
            by.append((Unit(kind, str(name)), growth(ctx, mine, f"{kind}|{name}")))
    parts: dict[str, float | str | None] = {"base": base}
    if _months(money) >= MONTHS:
        parts |= _bridge(ctx, cells.keys, money)
    return Answer(growth(ctx, money, "*"), tuple(by), n_min=LEAST, unit_n_min=LEAST, parts=parts)


def _months(money: Array) -> int:
    """Months from the first with revenue to the last."""
    seen = np.flatnonzero(money.sum(0) != 0)
    return int(money.shape[1] - seen[0]) if len(seen) else 0


def growth(ctx: Context, money: Array, name: str) -> Estimate:
    """Growth over a year; of the last quarter over the same of last year with fewer months."""
    n = _months(money)
    width = YEAR if n >= MONTHS else QUARTER if n >= LEAST else 0
    if not width:
        return Estimate(None, None, None, n)
    total = money.sum(0)
    series = np.stack([total[-width:], total[-width - YEAR :][:width]], axis=1)
    block = 3 if width == YEAR else 1
    ring = block_bootstrap(series, _over, ctx.rng(f"growth|{name}"), block)
    if not np.isfinite(ring.value):
        return Estimate(None, None, None, 0)
    same = [_over(series[None, 1:])[0], _over(series[None, :-1])[0]]
    if len(money) >= 3:
        rest = money[np.arange(len(money)) != np.argmax(money.sum(1))].sum(0)
        same.append(_over(np.stack([rest[-width:], rest[-width - YEAR :][:width]], 1)[None])[0])
    agree = float(np.mean([True, *((s < 0) == (ring.value < 0) for s in same)]))
    return Estimate(ring.value, ring.low, ring.high, n, robustness=agree)


def _over(t: Array) -> Array:
    before = t[..., 1].sum(-1)
    return np.asarray(t[..., 0].sum(-1) / np.where(before > 0, before, np.nan) - 1)


def _bridge(
    ctx: Context, keys: list[tuple[str, ...]], money: Array
) -> dict[str, float | str | None]:
    """Price, volume, mix, new, lost and not split: together the change of revenue."""
    used = usage_panel(ctx, MONTHS, ("service", "customer"))
    units = dict(zip(used.keys, used.values["units"], strict=True))
    u = np.array([units.get(key, np.zeros(MONTHS)) for key in keys])
    r0, r1 = money[:, :YEAR].sum(1), money[:, YEAR:].sum(1)
    u0, u1 = u[:, :YEAR].sum(1), u[:, YEAR:].sum(1)
    both, none = (u0 > 0) & (u1 > 0), (u0 == 0) & (u1 == 0)
    change = r1 - r0
    out: dict[str, float | str | None] = {
        "new": float(change[(u0 == 0) & (u1 > 0)].sum()),
        "lost": float(change[(u0 > 0) & (u1 == 0)].sum()),
        "not split": float(change[none].sum()),
        "change": float(change.sum()),
    }
    if both.any():
        a0, a1 = u0[both], u1[both]
        p0, p1 = r0[both] / a0, r1[both] / a1
        mean = float((a0 * p0).sum() / a0.sum())
        shares = a1 / a1.sum() - a0 / a0.sum()
        out["volume"] = float(a1.sum() - a0.sum()) * mean
        out["mix"] = float(a1.sum()) * float((shares * (p0 - mean)).sum())
        out["price"] = float(((p1 - p0) * a1).sum())
    return out


MEASURE = Measure(
    id="MG-01",
    indicator="growth_value",
    key=False,
    title="Revenue growth, like for like, as a bridge",
    formula=(
        "g = R(last 12 months) / R(12 before) - 1 with R = sum of revenue.amount; split into "
        "price + volume + mix + new + lost over service x customer cells with revenue.amount "
        "and usage.units: over cells in both periods, s = share of the units, P0bar = sum s0 x "
        "P0: volume = (sum U1 - sum U0) x P0bar; mix = sum U1 x sum (s1 - s0)(P0 - P0bar); "
        "price = sum (P1 - P0) x U1; new = cells with U0 = 0; lost = cells with U1 = 0; the "
        "five parts add up to the cent. Cells without usage: price and volume in one part 'not "
        "split'"
    ),
    tables=("revenue", "usage"),
    unit="share/year",
    direction="up",
    grain=("service", "customer", "organisation"),
    n_min="24 months (15 for quarter on quarter)",
    method="block bootstrap (3 months)",
    target="plan",
    limit=0,
    caveats=(
        "one-off invoices out; internal IT: revenue.kind chargeback or imputed, never added to "
        "invoice"
    ),
    tier=5,
    judge=judge,
    uses=("revenue.customer", "usage.customer", "revenue.one_off", "revenue.kind"),
)
