"""MG-06: Contribution margin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Light, Measure, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_06_cost_without_a_home import homes
from trueup.audit.money import (
    YEAR,
    Array,
    homed_cost,
    last_month,
    months_in,
    panel,
    revenue_base,
    revenue_rows,
)
from trueup.audit.stats.resample import bca_sums, block_bootstrap

HOMED = 0.90
LEAST = 6
CUSTOMERS = 5


@dataclass(frozen=True, slots=True)
class Margins:
    """Revenue and variable cost by service, customer and month of the last twelve months."""

    service: Array
    customer: Array
    revenue: Array
    cost: Array

    def where(self, mask: Array) -> Margins:
        """The cells for which the mask holds."""
        return Margins(self.service[mask], self.customer[mask], self.revenue[mask], self.cost[mask])


def judge(ctx: Context) -> Answer | Silent:
    """Revenue less variable cost, of revenue; by service, customer and over all."""
    silence = without(ctx)
    if silence is not None:
        return silence
    m = margins(ctx)
    if m is None or float(m.revenue.sum()) <= 0:
        return Silent("not_applicable", "no service with cost has revenue")
    by: list[tuple[Unit, Estimate]] = []
    caps: dict[Unit, Light] = {}
    leaders = loss_leaders(ctx)
    for unit, mine in cells(m):
        by.append((unit, margin(ctx, mine, unit)))
        if unit.kind == "service" and unit.id in leaders:
            caps[unit] = "amber"
    losing = sum(e.high is not None and e.high < 0 for _, e in by)
    return Answer(
        margin(ctx, m, Unit("organisation", "*")), tuple(by), n_min=LEAST, unit_n_min=LEAST,
        unit_caps=caps, parts={"units that surely lose money": float(losing)},
    )  # fmt: skip


def without(ctx: Context) -> Silent | None:
    """Why no margin can be told: no revenue, or too much cost without a home."""
    if not revenue_base(ctx):
        return Silent("not_enough_evidence", "no recurring revenue is recorded")
    got = homes(ctx)
    total = float(got["amount"].sum())
    if total <= 0:
        return Silent("not_enough_evidence", "no cost is booked in the last twelve months")
    homed = 1 - float(got["homeless"].sum()) / total
    if homed < HOMED:
        return Silent("not_enough_evidence", f"only {homed:.0%} of the cost has a home")
    return None


def loss_leaders(ctx: Context) -> set[str]:
    """Services declared as loss leaders beyond today."""
    service = ctx.table("service")
    mine = service.filter(service["loss_leader_until"] >= ctx.today)
    return {row["id"] for row in ctx.rows(mine.select("id"))}


def margins(ctx: Context) -> Margins | None:
    """Revenue and variable cost of every service and customer; None without any."""
    found: Margins | None = ctx.value("margins", _margins)
    return found


def _margins(ctx: Context) -> Margins | None:
    last = last_month(ctx)
    first = last - YEAR + 1
    revenue, cost = revenue_rows(ctx), homed_cost(ctx)
    base = revenue_base(ctx)
    r = revenue.filter(months_in(revenue["month"], first, last) & (revenue["base"] == base))
    got = ctx.arrays(
        r.group_by("service", "customer", "month").agg(amount=r["amount"].sum())
        .order_by("service", "customer", "month")
    )  # fmt: skip
    c = cost.filter(months_in(cost["month"], first, last) & cost["home"].notnull())
    moves = (c["behaviour"] == "variable").fill_null(False)
    spent = ctx.arrays(
        c.group_by("month", service=c["home"]).agg(
            amount=c["amount"].sum(where=moves).fill_null(0)
        ).order_by("service", "month")
    )  # fmt: skip
    paid = panel(got, ("service", "customer"), ("amount",), first, last)
    variable = panel(spent, ("service",), ("amount",), first, last)
    if not paid.keys or not variable.keys:
        return None
    return _spread(ctx, paid, variable, first, last)


def _spread(ctx: Context, paid: Any, variable: Any, first: int, last: int) -> Margins:
    """Put each service-month's variable cost on its customers by use, else equally.

    Months in which the organisation has no revenue or no cost at all are the edge of the records.
    """
    used = _used(ctx, first, last)
    both = (paid.values["amount"].sum(0) > 0) & (variable.seen.sum(0) > 0)
    place = {key: i for i, key in enumerate(paid.keys)}
    services = sorted({key[0] for key in paid.keys} & {key[0] for key in variable.keys})
    names, revenue, cost = [], [], []
    for service in services:
        own = variable.values["amount"][variable.keys.index((service,))] * both
        mine = sorted({k for k in (*place, *used) if k[0] == service})
        units = np.array([used.get(k, np.zeros(YEAR)) for k in mine])
        money = np.array(
            [paid.values["amount"][place[k]] if k in place else np.zeros(YEAR) for k in mine]
        )
        money = money * both
        weight = np.where(units.sum(0) > 0, units, (money > 0).astype(float))
        weight = np.where(weight.sum(0) > 0, weight, 1.0)
        names += mine
        revenue.append(money)
        cost.append(own * weight / weight.sum(0))
    if not names:
        zero = np.zeros((0, YEAR))
        return Margins(np.array([]), np.array([]), zero, zero)
    return Margins(
        np.array([k[0] for k in names]), np.array([k[1] for k in names]),
        np.concatenate(revenue), np.concatenate(cost),
    )  # fmt: skip


def _used(ctx: Context, first: int, last: int) -> dict[tuple[str, ...], Array]:
    """Units by service and customer, where use is recorded by customer."""
    if not ctx.has("usage.customer"):
        return {}
    u = ctx.table("usage")
    mine = u.filter(months_in(u["month"], first, last) & u["customer"].notnull())
    got = ctx.arrays(
        mine.group_by("service", "customer", "month").agg(units=mine["units"].sum())
        .order_by("service", "customer", "month")
    )  # fmt: skip
    cells_ = panel(got, ("service", "customer"), ("units",), first, last)
    return dict(zip(cells_.keys, cells_.values["units"], strict=True))


def cells(m: Margins) -> list[tuple[Unit, Margins]]:
    """Each service and each customer with revenue."""
    out = []
    for kind, names in (("service", m.service), ("customer", m.customer)):
        for name in sorted(set(names) - {""}):
            mine = m.where(names == name)
            if float(mine.revenue.sum()) > 0:
                out.append((Unit(kind, str(name)), mine))
    return out


def margin(ctx: Context, m: Margins, unit: Unit) -> Estimate:
    """The margin with its interval over customers; over blocks of months where they are few."""
    rng = ctx.rng(f"margin|{unit.kind}|{unit.id}")
    customers, code = np.unique(m.customer, return_inverse=True)
    months = int((m.revenue.sum(0) > 0).sum())
    if unit.kind != "customer" and len(customers) >= CUSTOMERS:
        sums = np.stack(
            [np.bincount(code, m.revenue.sum(1)), np.bincount(code, m.cost.sum(1))], axis=1
        )
        ring = bca_sums(sums, lambda t: _ratio(t[..., 0], t[..., 1]), rng)
    else:
        series = np.stack([m.revenue.sum(0), m.cost.sum(0)], axis=1)
        ring = block_bootstrap(series, lambda t: _ratio(t[..., 0].sum(-1), t[..., 1].sum(-1)), rng)
    e = Estimate(ring.value, ring.low, ring.high, months, robustness=_robust(m, ring.value))
    return replace(e, method="compared")


def _ratio(revenue: Array, cost: Array) -> Array:
    return np.asarray(1 - cost / np.where(revenue > 0, revenue, np.nan))


def _robust(m: Margins, value: float) -> float:
    """Whether the sign stands without the largest customer, and without either edge month."""
    whole = m.revenue.sum(1)
    specs = [m.where(np.arange(len(whole)) != np.argmax(whole))] if len(whole) >= 3 else []
    specs += [
        Margins(m.service, m.customer, m.revenue[:, 1:], m.cost[:, 1:]),
        Margins(m.service, m.customer, m.revenue[:, :-1], m.cost[:, :-1]),
    ]
    verdicts = [value < 0]
    for spec in specs:
        revenue = float(spec.revenue.sum())
        if revenue > 0:
            verdicts.append(float(spec.cost.sum()) > revenue)
    return float(np.mean([v == verdicts[0] for v in verdicts]))


MEASURE = Measure(
    id="MG-06",
    indicator="growth_value",
    key=True,
    title="Contribution margin",
    formula=(
        "(R - V)/R, V = sum of cost.amount with cost.behaviour = variable of the service-month,"
        " spread over customers by usage.units (equally where usage is not recorded); list of "
        "cells whose whole interval is negative"
    ),
    tables=("revenue", "cost"),
    unit="share",
    direction="up",
    grain=("service", "customer", "organisation"),
    n_min="6 months and >= 90 % of cost with a home (MB-06)",
    method="bootstrap over customers; Pareto of the losses",
    target="plan",
    limit=0,
    caveats="strategic loss leaders must be declared beforehand",
    tier=5,
    judge=judge,
    needs=("cost.behaviour",),
    uses=(
        "cost.service",
        "usage.customer",
        "usage.units",
        "revenue.one_off",
        "service.loss_leader_until",
    ),
)
