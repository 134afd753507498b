"""MG-03: Revenue-utilisation elasticity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Light, Measure, Silent, Unit
from trueup.audit.money import YEAR, index_of, last_month, revenue_base, revenue_rows, unpaid
from trueup.audit.stats.regression import newey_west, with_intercept
from trueup.audit.stats.resample import bca_sums

LIMIT = 0.5
GROWTH = 0.10
N_MIN, CUSTOMERS, SPREAD = 36, 6, 0.05
LAG = 3
NO_ELASTICITY = ("flat", "none")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Customer-months with revenue and use now and a year before: changes of their logs."""

    service: Array
    customer: Array
    month: Array
    dr: Array
    du: Array
    now: Array
    before: Array

    def where(self, mask: Array) -> Pairs:
        """Those for which the mask holds."""
        return Pairs(*(getattr(self, name)[mask] for name in self.__slots__))

    @property
    def growth(self) -> float:
        """How much use grew within the pairs."""
        total = float(self.before.sum())
        return float(self.now.sum()) / total - 1 if total > 0 else 0.0


def judge(ctx: Context) -> Answer | Silent:
    """How much revenue moves when use moves, per customer and month, within services."""
    if revenue_base(ctx) not in ("invoice", "chargeback"):
        return Silent("not_applicable", "no use is invoiced or charged")
    pairs = elastic_pairs(ctx)
    if pairs is None:
        return Silent("not_applicable", "every service with revenue has a flat fee or none")
    if not len(pairs.dr):
        return Silent("not_enough_evidence", "no customer has revenue and use of two years")
    short = lacking(pairs)
    if short:
        return Silent("not_enough_evidence", short)
    whole = elasticity(ctx, pairs, "*")
    by: list[tuple[Unit, Estimate]] = []
    caps: dict[Unit, Light] = {}
    for name in sorted(set(pairs.service)):
        mine = pairs.where(pairs.service == name)
        unit = Unit("service", str(name))
        by.append((unit, elasticity(ctx, mine, str(name))))
        caps[unit] = _cap(mine) or "red"
    return Answer(
        whole, tuple(by), n_min=N_MIN, unit_n_min=N_MIN, cap=_cap(pairs), unit_caps=caps,
        parts={"use grew by": pairs.growth, "customers": float(len(set(pairs.customer)))},
    )  # fmt: skip


def _cap(pairs: Pairs) -> Light | None:
    """Red only while use grew by a tenth or more."""
    return None if pairs.growth >= GROWTH else "amber"


def elastic_pairs(ctx: Context) -> Pairs | None:
    """All pairs of the last twelve months of services whose price follows use; None without one."""
    found: Pairs | None = ctx.value("elastic_pairs", _pairs)
    return found


def _pairs(ctx: Context) -> Pairs | None:
    revenue, usage, service = revenue_rows(ctx), ctx.table("usage"), ctx.table("service")
    flat = service.filter(service["revenue_model"].isin(NO_ELASTICITY)).select(sid="id")
    priced = revenue.filter(revenue["base"] != "imputed").anti_join(
        flat, revenue["service"] == flat["sid"]
    )
    if not ctx.one(priced.agg(n=priced.count()))["n"]:
        return None
    used = usage.group_by("service", "customer", "month").agg(units=usage["units"].sum())
    paid = priced.group_by(s=priced["service"], c=priced["customer"], m=priced["month"]).agg(
        amount=priced["amount"].sum()
    )
    both = used.join(
        paid,
        [used["service"] == paid["s"], used["customer"] == paid["c"], used["month"] == paid["m"]],
    )
    both = both.filter((both["units"] > 0) & (both["amount"] > 0))
    got = ctx.arrays(
        both.select("service", "customer", "month", "units", amount=both["amount"].cast("float64"))
        .order_by("service", "customer", "month")
    )  # fmt: skip
    return _matched(got, last_month(ctx))


def _matched(got: dict[str, Array], last: int) -> Pairs:
    month = index_of(got["month"])
    _, cell = np.unique(
        np.array([f"{s}\x1f{c}" for s, c in zip(got["service"], got["customer"], strict=True)]),
        return_inverse=True,
    )
    key = cell * 100_000 + month
    order = np.argsort(key)
    place = np.searchsorted(key[order], key - YEAR)
    hit = order[np.minimum(place, len(key) - 1)] if len(key) else place
    use = np.array([], dtype=bool)
    if len(key):
        use = (key[hit] == key - YEAR) & (month > last - YEAR) & (month <= last)
    before = hit[use]
    return Pairs(
        got["service"][use].astype(str), got["customer"][use].astype(str), month[use],
        np.log(got["amount"][use] / got["amount"][before]),
        np.log(got["units"][use] / got["units"][before]),
        got["units"][use], got["units"][before],
    )  # fmt: skip


def lacking(pairs: Pairs) -> str:
    """What the pairs lack for a slope, in words; empty where they are enough."""
    n, customers = len(pairs.dr), len(set(pairs.customer))
    if n < N_MIN or customers < CUSTOMERS:
        return (
            f"{n} customer-months of {customers} customers with two years of use and revenue; "
            f"{N_MIN} of {CUSTOMERS} are needed"
        )
    spread = float(pairs.du.std())
    if spread < SPREAD:
        return f"use grew alike everywhere (spread {spread:.2f}; {SPREAD} is needed)"
    return ""


def elasticity(ctx: Context, pairs: Pairs, name: str) -> Estimate:
    """The slope within services with the wider of two intervals: Newey-West, and by customer."""
    n = len(pairs.dr)
    x, y = _within(pairs.service, pairs.du), _within(pairs.service, pairs.dr)
    _, code = np.unique(pairs.customer, return_inverse=True)
    if lacking(pairs):
        return Estimate(None, None, None, min(n, N_MIN - 1), method="modelled")
    sums = np.stack([np.bincount(code, v) for v in (np.ones(n), x, y, x * x, x * y)], axis=1)
    ring = bca_sums(sums, _slope, ctx.rng(f"elasticity|{name}"))
    order = np.lexsort((pairs.month, pairs.customer, pairs.service))
    fit = newey_west(y[order], with_intercept(x[order]), LAG)
    low, high = ring.low, ring.high
    if fit is not None:
        low, high = min(low, float(fit.low[1])), max(high, float(fit.high[1]))
    return Estimate(
        ring.value, low, high, n, p=_p(ring.value, high), robustness=_robust(pairs, ring.value),
        method="modelled",
    )  # fmt: skip


def _p(value: float, high: float) -> float:
    """One-sided p-value of "the elasticity is not below the limit"."""
    spread = max(high - value, 1e-9) / 1.6449
    return float(stats.norm.sf((LIMIT - value) / spread))


def _within(service: Array, v: Array) -> Array:
    """Values less the mean of their service."""
    _, code = np.unique(service, return_inverse=True)
    mean = np.bincount(code, v) / np.bincount(code)
    return np.asarray(v - mean[code])


def _slope(t: Array) -> Array:
    n, x, y, xx, xy = (t[..., i] for i in range(5))
    below = xx - x * x / n
    return np.asarray((xy - x * y / n) / np.where(below > 1e-12, below, np.nan))


def _robust(pairs: Pairs, value: float) -> float:
    """Whether the verdict stands without the largest customer and without either edge month."""
    names, code = np.unique(pairs.customer, return_inverse=True)
    largest = names[np.argmax(np.bincount(code, pairs.now))]
    masks = (
        pairs.customer != largest,
        pairs.month != pairs.month.min(),
        pairs.month != pairs.month.max(),
    )
    verdicts = [value < LIMIT]
    for mask in masks:
        x, y = pairs.du[mask], pairs.dr[mask]
        x, y = _within(pairs.service[mask], x), _within(pairs.service[mask], y)
        if float(x @ x) > 0:
            verdicts.append(float(x @ y) / float(x @ x) < LIMIT)
    return float(np.mean([v == verdicts[0] for v in verdicts]))


MEASURE = Measure(
    id="MG-03",
    indicator="growth_value",
    key=True,
    title="Revenue-utilisation elasticity",
    formula=(
        "epsilon in delta12 ln R = a + epsilon x delta12 ln U + service effects, R = "
        "revenue.amount, U = usage.units per customer-month; not_applicable where "
        "service.revenue_model is flat or none"
    ),
    tables=("revenue", "usage", "service"),
    unit="ratio",
    direction="up",
    grain=("service",),
    n_min="36 customer-months, >= 6 customers, SD(delta ln U) >= 0.05",
    method=(
        "Newey-West (lag 3) and cluster bootstrap by customer; cross-check by re-rating usage "
        "with contract prices (MG-04)"
    ),
    target=0.8,
    limit=0.5,
    caveats=(
        "red only while usage grew >= 10 %; flat fee: white, read MG-05 and MG-06; tier steps "
        "make it jump; association only"
    ),
    tier=5,
    judge=judge,
    needs=("usage.customer", "revenue.customer"),
    uses=("service.revenue_model", "revenue.one_off"),
    apart=lambda ctx: unpaid(ctx, *NO_ELASTICITY),
)
