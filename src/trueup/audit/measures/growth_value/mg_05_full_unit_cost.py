"""MG-05: Full unit cost."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Array, homed_cost, last_month, months_in, panel
from trueup.audit.stats.charts import deseason, xmr
from trueup.audit.stats.resample import block_bootstrap
from trueup.audit.stats.trend import change_point
from trueup.audit.usage import usage_panel

MONTHS = 2 * YEAR
LIMIT = 0.10
SEGMENT = 6


def judge(ctx: Context) -> Answer | Silent:
    """Cost of one unit now against a year ago, by service and over all at last year's use."""
    cost, used = _costs(ctx, True), usage_panel(ctx, MONTHS)
    direct = _costs(ctx, False)
    if not used.keys or not used.seen[:, -1].any():
        return Silent("not_enough_evidence", "no use is recorded for the last closed month")
    units = dict(zip(used.keys, used.values["units"], strict=True))
    found = {
        key[0]: (cost[key], units[key]) for key in sorted(units) if key in cost and key[0]
    }  # fmt: skip
    found = {name: pair for name, pair in found.items() if pair[0].sum() > 0}
    if not found:
        return Silent("not_enough_evidence", "no service has both cost and use")
    by = [(Unit("service", name), _estimate(ctx, [pair], name)) for name, pair in found.items()]
    alone = [(direct[(n,)], pair[1]) for n, pair in found.items() if (n,) in direct]
    whole = _estimate(ctx, list(found.values()), "*")
    beside = _change(np.array(_series(alone)).sum(0)[None])[0] if alone else None
    since = _since(ctx, list(found.values()))
    return Answer(
        whole, tuple(by), n_min=YEAR, unit_n_min=YEAR,
        parts={"direct only": beside, "months since it moved": since},
    )  # fmt: skip


def _costs(ctx: Context, allocated: bool) -> dict[tuple[str, ...], Array]:
    """Cost by service and month over two years; without what was shared out by a key if asked."""
    cost, last = homed_cost(ctx), last_month(ctx)
    first = last - MONTHS + 1
    mine = cost.filter(months_in(cost["month"], first, last) & cost["home"].notnull())
    if not allocated:
        mine = mine.filter(~mine["allocated"].fill_null(False))
    got = ctx.arrays(
        mine.group_by("home", "month").agg(amount=mine["amount"].sum()).order_by("home", "month")
    )
    cells = panel(got, ("home",), ("amount",), first, last)
    return dict(zip(cells.keys, cells.values["amount"], strict=True))


def _series(found: list[tuple[Array, Array]]) -> list[Array]:
    """Per service and pair of months: cost now, and this year's use at last year's unit cost."""
    out = []
    for cost, units in found:
        before = units[:YEAR].sum()
        each = cost[:YEAR].sum() / before if before > 0 else np.nan
        out.append(np.stack([cost[YEAR:], units[YEAR:] * each], axis=1))
    return out


def _change(t: Array) -> Array:
    below = t[..., 1].sum(-1)
    return np.asarray(t[..., 0].sum(-1) / np.where(below > 0, below, np.nan) - 1)


def _estimate(ctx: Context, found: list[tuple[Array, Array]], name: str) -> Estimate:
    pairs = [p for p in found if p[1][:YEAR].sum() > 0 and p[1][YEAR:].sum() > 0]
    months = min((int(((c[:YEAR] > 0) & (u[:YEAR] > 0)).sum()) for c, u in pairs), default=0)
    if not pairs:
        return Estimate(None, None, None, 0)
    series = np.array(_series(pairs)).sum(0)
    ring = block_bootstrap(series, _change, ctx.rng(f"unit cost|{name}"))
    edges = [_change(series[None, 1:])[0], _change(series[None, :-1])[0]]
    agree = float(np.mean([True, *((e > LIMIT) == (ring.value > LIMIT) for e in edges)]))
    return Estimate(
        ring.value, ring.low, ring.high, months, robustness=agree, signal=_rising(pairs)
    )


def _each(pairs: list[tuple[Array, Array]]) -> Array | None:
    """The unit cost by month on the log scale; None where a month has none."""
    cost, units = pairs[0]
    if len(pairs) > 1 or (cost <= 0).any() or (units <= 0).any():
        return None
    return np.asarray(np.log(cost / units))


def _rising(pairs: list[tuple[Array, Array]]) -> bool:
    """Whether a month of the last year lies above the chart of the season-free unit cost."""
    each = _each(pairs)
    if each is None:
        return False
    chart = xmr(deseason(each))
    return any(s.side > 0 and s.rule == "outside" and s.index >= YEAR for s in chart.signals)


def _since(ctx: Context, found: list[tuple[Array, Array]]) -> float | None:
    """For a single service: months since its unit cost broke, where it surely did."""
    each = _each(found)
    if each is None:
        return None
    hit = change_point(each, ctx.rng("change"), SEGMENT)
    return float(MONTHS - hit.index) if hit is not None and hit.p < 0.01 else None


MEASURE = Measure(
    id="MG-05",
    indicator="growth_value",
    key=False,
    title="Full unit cost",
    formula=(
        "c = sum of cost.amount of the service (direct, and allocated where booked on it) / sum"
        " of usage.units per month; value = c(last 12)/c(12 before) - 1; direct-only shown "
        "beside it"
    ),
    tables=("cost", "usage"),
    unit="share/year",
    direction="down",
    grain=("service",),
    n_min="12 months",
    method="XmR on log scale; change point",
    target=0,
    limit=0.10,
    caveats="allocation keys move it: freeze keys",
    tier=5,
    judge=judge,
    uses=("cost.service", "cost.ci", "cost.agreement", "cost.allocated"),
)
