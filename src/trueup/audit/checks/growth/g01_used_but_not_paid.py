"""G01: Used but not paid."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.counting import later, listed
from trueup.audit.declare import (
    ORGANISATION,
    Case,
    Check,
    Effect,
    Estimate,
    Probe,
    Rows,
    Silent,
    Unit,
)
from trueup.audit.measures.growth_value.mg_03_revenue_utilisation_elasticity import (
    N_MIN,
    elastic_pairs,
    elasticity,
)
from trueup.audit.measures.growth_value.mg_04_realised_price_per_unit import (
    Bill,
    bills,
    by_unit,
    revenue_of_year,
)
from trueup.audit.money import YEAR, last_month, materiality, month_day, revenue_base, row_id

FLAT = 0.5
GOOD_SHOWN = 20
UNMOVED = "{unit}: use grew by {growth}; each per cent brought only {elasticity}% of revenue."


def ask(ctx: Context) -> Probe | Silent:
    """Use that contracts price and nobody invoices; revenue that does not follow growing use."""
    found = bills(ctx)
    elastic = _elastic_cases(ctx)
    total = revenue_of_year(ctx)
    if (not found or total <= 0) and not elastic:
        return Silent("not_enough_evidence", "no customer with a contract, use and invoices")
    whole = _case(ctx, ORGANISATION, found, max(total, 1e-9), materiality(ctx))
    floor = materiality(ctx) / (10 if whole.tripped else 1)
    units = []
    for kind, groups in by_unit(found).items():
        for name, mine in sorted(groups.items()):
            revenue = sum(float(b.invoiced[b.rated].sum()) for b in mine)
            units.append(_case(ctx, Unit(kind, name), mine, max(revenue, 1e-9), floor))
    named = {case.unit for case in units if case.tripped}
    units = [case for case in units if case.tripped]
    units += [case for case in elastic if case.unit not in named]
    n = len(found)
    return Probe(n, n, whole, tuple(units), floor=1)


def _case(ctx: Context, unit: Unit, found: list[Bill], revenue: float, floor: float) -> Case:
    leak, surely = sum(b.leak for b in found), sum(b.surely for b in found)
    limit = ctx.number("limit")
    tripped = leak > limit * revenue and surely > limit * revenue and leak > floor
    missing = [b for b in found if b.leak > 0]
    months = int(sum((b.short > 0).sum() for b in missing))
    return Case(
        unit,
        Estimate(leak / revenue, surely / revenue, leak / revenue, len(found), exact=True,
                 grade="A"),
        len(missing), len(found), tripped=tripped, branch="leakage",
        bad=_evidence(ctx, missing),
        good=later(_good(found)),
        effect=Effect(money=(surely, leak, leak), customers=len({b.customer for b in missing})),
        words={"money": f"{leak:,.0f} {ctx.currency}", "months": str(months)},
        caveats=("steps of price that are not recorded change what is due",),
    )  # fmt: skip


def _good(found: list[Bill]) -> list[tuple[str, str, str]]:
    """Contracts that were invoiced as agreed."""
    rows = [("agreement", name, "") for b in found if b.leak == 0 for name in sorted(b.agreements)]
    return rows[:GOOD_SHOWN]


def _evidence(ctx: Context, missing: list[Bill]) -> Rows:
    """The contracts, and the rows of use in the months that were not invoiced."""

    def make() -> pa.Table:
        rows: list[tuple[str, str, str]] = []
        short: dict[tuple[str, str, date], float] = {}
        first = last_month(ctx) - YEAR + 1
        for bill in missing:
            months = np.flatnonzero(bill.short > 0)
            text = f"{bill.leak:,.2f} not invoiced in {len(months)} months"
            rows += [("agreement", name, text) for name in sorted(bill.agreements)]
            short |= {
                (bill.service, bill.customer, month_day(first + int(i))): float(bill.short[i])
                for i in months
            }
        used = ctx.table("usage")
        mine = used.filter(
            used["service"].isin(sorted({b.service for b in missing}))
            & used["customer"].isin(sorted({b.customer for b in missing}))
        )
        for row in ctx.rows(mine.select("service", "customer", "month", id=row_id(mine, "usage"))):
            amount = short.get((row["service"], row["customer"], row["month"].replace(day=1)))
            if amount is not None:
                text = f"{row['customer']}: {amount:,.2f} due and not invoiced"
                rows.append(("usage", row["id"], text))
        return listed(sorted(set(rows)))

    return make


def _elastic_cases(ctx: Context) -> list[Case]:
    """Services whose revenue surely lags behind growing use."""
    if revenue_base(ctx) not in ("invoice", "chargeback"):
        return []
    pairs = elastic_pairs(ctx)
    if pairs is None:
        return []
    out = []
    for name in sorted(set(pairs.service)):
        mine = pairs.where(pairs.service == name)
        e = elasticity(ctx, mine, str(name))
        if e.n < N_MIN or e.high is None or mine.growth < ctx.number("growth"):
            continue
        tripped = e.high < FLAT
        customers = sorted(set(mine.customer))
        size = f"{round(e.value or 0.0, 2) + 0.0:.2f}"
        why = f"use grew by {mine.growth:.0%}, revenue by {size} of that"
        out.append(Case(
            Unit("service", str(name)), e, len(customers) if tripped else 0, len(customers),
            limit=FLAT if tripped else float("inf"), tripped=tripped, branch="elasticity",
            bad=later([("service", str(name), why), *(("customer", c, why) for c in customers)]),
            words={"growth": f"{mine.growth:.0%}", "elasticity": size},
            headline=UNMOVED,
        ))  # fmt: skip
    return out


CHECK = Check(
    id="G01",
    area="Growth and value",
    title="Used but not paid",
    question="Is usage invoiced as agreed?",
    tables=("usage", "revenue", "agreement"),
    rule=(
        "MG-04: leakage > limit of revenue and > materiality; or MG-03 upper bound < 0.5 while "
        "usage grew >= growth. [unit: agreement, customer, service]"
    ),
    parameters={
        "limit": 0.01,
        "growth": 0.10,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.4.1",
        "ISO 20000-1 8.3.3",
        "COBIT EDM02",
        "COBIT APO06",
        "ITIL Service financial management",
        "FitSM PR2.2",
    ),
    causes=("tiers not enforced", "old price"),
    do_first="invoice the overage; renegotiate",
    effective_when="leakage <= 1 %",
    tier=5,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("growth_value",),
    needs=("usage.customer", "revenue.customer"),
    uses=(
        "agreement.customer",
        "agreement.service",
        "agreement.price_month",
        "agreement.included_units",
        "agreement.overage_price",
        "service.revenue_model",
    ),
    headline="{money} a year is due by contract and was never invoiced.",
    should_be="Use above what a contract includes is invoiced as agreed.",
    matters="The cost of the use is ours, its price stays with the customer.",
    measure="MG-04",
    owner_role="service owner",
)
