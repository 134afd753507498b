"""N06: Unused licences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Case, Check, Probe, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_08_unused_licences import Seats, seats
from trueup.audit.money import materiality

PART = 10
URGENT = "{unused} of {seats} seats of {unit} are empty; notice is possible until {deadline}."


def ask(ctx: Context) -> Probe | Silent:
    """Products with more empty seats than may be, urgent where a notice date is near.

    "Marked urgent with its date": the date of the notice (else the renewal) stands in the headline.
    """
    found = seats(ctx)
    rows, days = _rows(ctx), _days(ctx)
    items: list[Item] = []
    for product in found:
        why = _why(ctx, product)
        mine = rows.get(product.product, [])
        money = (product.surely * product.price, product.unused * product.price,
                 product.unused * product.price) if why else None  # fmt: skip
        words = {"unused": str(product.unused), "seats": str(product.entitled)}
        if why and product.product in days:
            words["deadline"] = days[product.product]
            why += f"; notice until {days[product.product]}"
        first, rest = (mine[0], mine[1:]) if mine else (product.product, [])
        items.append(
            Item("licence", first, (Unit("product", product.product),), why, money, "", words,
                 tuple(("licence", i, why) for i in rest), _size(product))
        )  # fmt: skip
    probe = counted(
        items, empty="no licence with recorded use is held",
        one="{unused} of {seats} seats of {unit} are empty.",
    )  # fmt: skip
    if isinstance(probe, Silent):
        return probe
    return replace(probe, units=tuple(_dated(case) for case in probe.units))


def _dated(case: Case) -> Case:
    """A product whose day of notice is near says so."""
    return replace(case, headline=URGENT) if "deadline" in case.words else case


def _size(product: Seats) -> tuple[float, float, float]:
    """Empty seats of all seats; at least those whose use could be seen."""
    low, likely = product.surely / product.entitled, product.unused / product.entitled
    return low, likely, likely


def _why(ctx: Context, product: Seats) -> str:
    share = product.unused / product.entitled
    year = product.unused * product.price
    costly = share > ctx.number("target") and year > materiality(ctx) / PART
    if share > ctx.number("limit") or costly:
        return f"{product.unused} of {product.entitled} seats are empty"
    return ""


def _rows(ctx: Context) -> dict[str, list[str]]:
    t = ctx.table("licence")
    found: dict[str, list[str]] = {}
    for row in ctx.rows(t.select("product", "id").order_by("product", "id")):
        found.setdefault(row["product"], []).append(row["id"])
    return found


def _days(ctx: Context) -> dict[str, str]:
    """The next notice (else renewal) date of each product, where it is near."""
    t: Any = ctx.table("licence")
    day = t["notice_by"].coalesce(t["renews_on"])
    today = ctx.today
    near = t.mutate(day=day)
    edge = today + timedelta(days=int(ctx.number("notice_days")))
    near = near.filter((near["day"] >= today) & (near["day"] <= edge))
    by = near.group_by("product").agg(day=near["day"].min())
    return {row["product"]: row["day"].isoformat() for row in ctx.rows(by)}


CHECK = Check(
    id="N06",
    area="Configuration and assets",
    title="Unused licences",
    question="Which seats are empty before the next renewal?",
    tables=("licence",),
    rule=(
        "MB-08 per licence.product: unused seats / licence.entitled > limit, or > target and "
        "yearly value > materiality / 10; marked urgent with its date where licence.notice_by "
        "(else licence.renews_on) lies within notice_days. [unit: product]"
    ),
    parameters={
        "target": 0.05,
        "limit": 0.20,
        "notice_days": 90,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.2.5",
        "ISO 20000-1 8.4.1",
        "COBIT BAI09",
        "COBIT APO06",
        "ITIL IT asset management",
    ),
    causes=("over-ordering",),
    do_first="cut before the notice date",
    effective_when="invoice lower",
    tier=4,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("licence.used_90d",),
    uses=("licence.reserved", "licence.usage_seen", "licence.notice_by", "licence.unit_price_year"),
    headline="{bad} of {all} products have many seats that nobody uses.",
    should_be="Seats are cut before they renew.",
    matters="The next invoice pays again for empty seats.",
    measure="MB-08",
    owner_role="licence manager",
    effort="3 hours",
)
