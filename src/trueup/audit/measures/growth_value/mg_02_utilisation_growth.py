"""MG-02: Utilisation growth."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit
from trueup.audit.money import YEAR, Array
from trueup.audit.stats.resample import block_bootstrap
from trueup.audit.stats.trend import theil_sen
from trueup.audit.usage import usage_panel

MONTHS = 2 * YEAR
LEAST, QUARTER = 15, 3


def judge(ctx: Context) -> Answer | Silent:
    """Use of the last year over the year before; context, for growth may be waste."""
    keys = ("service", "customer")
    cells = usage_panel(ctx, MONTHS, keys)
    if not cells.keys:
        return Silent("not_enough_evidence", "no use of the last two years is recorded")
    units = cells.values["units"]
    if not cells.seen[:, -1].any():
        return Silent("not_enough_evidence", "no use is recorded for the last closed month")
    by = []
    for place, kind in ((0, "service"), (1, "customer")):
        names = cells.named(place)
        for name in sorted(set(names) - {""}):
            mine = units[names == name]
            by.append((Unit(kind, str(name)), _growth(ctx, mine.sum(0), f"{kind}|{name}")))
    total = units.sum(0)
    active, entitled = (cells.values[n][:, -YEAR:].sum() for n in ("active", "entitled"))
    slope = None
    seen = np.flatnonzero(total > 0)
    if len(seen) >= LEAST:
        line = theil_sen(seen.astype(float), np.log(total[seen]), ctx.rng("slope"))
        slope = float(np.expm1(YEAR * line.slope))
    return Answer(
        _growth(ctx, total, "*"), tuple(by), n_min=LEAST, unit_n_min=LEAST,
        parts={"active of entitled": float(active / entitled) if entitled else None,
               "trend a year": slope},
    )  # fmt: skip


def _growth(ctx: Context, total: Array, name: str) -> Estimate:
    seen = np.flatnonzero(total > 0)
    n = int(len(total) - seen[0]) if len(seen) else 0
    width = YEAR if n >= MONTHS else QUARTER if n >= LEAST else 0
    if not width:
        return Estimate(None, None, None, n)
    series = np.stack([total[-width:], total[-width - YEAR :][:width]], axis=1)
    ring = block_bootstrap(
        series,
        lambda t: (
            t[..., 0].sum(-1) / np.where(t[..., 1].sum(-1) > 0, t[..., 1].sum(-1), np.nan) - 1
        ),
        ctx.rng(f"growth|{name}"),
        3 if width == YEAR else 1,
    )
    if not np.isfinite(ring.value):
        return Estimate(None, None, None, 0)
    return Estimate(ring.value, ring.low, ring.high, n)


MEASURE = Measure(
    id="MG-02",
    indicator="growth_value",
    key=False,
    title="Utilisation growth",
    formula=(
        "U(last 12)/U(12 before) - 1 with U = sum of usage.units; beside it sum of "
        "usage.active_users / sum of usage.entitled_users"
    ),
    tables=("usage",),
    unit="share/year",
    direction="context",
    grain=("service", "customer"),
    n_min="15 months",
    method="Theil-Sen with block bootstrap",
    target="context",
    limit="context",
    caveats="growth may be waste (retries, spam): read with MG-06",
    tier=5,
    judge=judge,
    uses=("usage.customer", "usage.active_users", "usage.entitled_users"),
)
