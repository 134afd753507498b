"""MR-10: Concentration: suppliers."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import Answer, Light, Measure, Silent, Unit
from trueup.audit.single_points import critical_services, planned, plans_unknown, suppliers
from trueup.audit.stats.concentration import hhi


def judge(ctx: Context) -> Answer | Silent:
    """Critical services that rest on one supplier, and how many of them have a plan."""
    services = critical_services(ctx)
    if not services:
        return Silent("not_applicable", "no service is critical")
    behind = suppliers(ctx)
    single = {s: next(iter(behind[s])) for s in services if len(behind.get(s, ())) == 1}
    if not single:
        return Silent("not_applicable", "no critical service rests on one supplier alone")
    if (silence := plans_unknown(ctx)) is not None:
        return silence
    plans = planned(ctx)
    good = {
        s: s in plans["service"] or supplier in plans["supplier"] for s, supplier in single.items()
    }
    share = sum(good.values()) / len(good)
    by = [(Unit("service", s), exact(float(ok), 1)) for s, ok in sorted(good.items())]
    for supplier in sorted(set(single.values())):
        mine = [good[s] for s, behind_it in single.items() if behind_it == supplier]
        by.append((Unit("supplier", supplier), exact(sum(mine) / len(mine), len(mine))))
    lights = {unit: _light(estimate.value or 0.0) for unit, estimate in by}
    return Answer(
        exact(share, len(good)), tuple(by), n_min=1, unit_n_min=1, light=_light(share), limit=0.0,
        unit_lights=lights, parts={"concentration of purchases": _spread(ctx)},
        numerator=later([("service", s, "") for s, ok in sorted(good.items()) if ok]),
    )  # fmt: skip


def _light(share: float) -> Light:
    """Green where each service has a plan, red where none has (3.3)."""
    return "green" if share == 1.0 else "red" if share == 0.0 else "amber"


def _spread(ctx: Context) -> float | None:
    if not ctx.has("purchase.supplier", "purchase.amount"):
        return None
    purchase = ctx.table("purchase")
    sums = (
        purchase.filter(purchase["supplier"].notnull())
        .group_by("supplier")
        .agg(amount=purchase["amount"].sum().cast("float64"))
    )
    return float(hhi(ctx.arrays(sums.order_by("supplier"))["amount"]))


MEASURE = Measure(
    id="MR-10",
    indicator="risk_impact",
    key=False,
    title="Concentration: suppliers",
    formula=(
        "critical services resting on one supplier (agreement.supplier, underpinning.supplier, "
        "ci.supplier through relation); HHI of purchase.amount; value = share of those services"
        " with a plan (a risk row treated or accepted, review not overdue)"
    ),
    tables=("service", "supplier", "agreement"),
    unit="share",
    direction="up",
    grain=("service", "supplier"),
    n_min="1 critical service",
    method="exact",
    target=1,
    limit="none has a plan",
    caveats="fourth parties unknown",
    tier=4,
    judge=judge,
    needs=("service.criticality",),
    uses=(
        "agreement.supplier",
        "underpinning.supplier",
        "ci.supplier",
        "risk.state",
        "purchase.supplier",
    ),
)
