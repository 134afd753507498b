"""G03: Invested, not looked back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.measures.growth_value.mg_11_benefit_realisation import Kept, kept_promises

MONTH = 31 / 365.25


def ask(ctx: Context) -> Probe | Silent:
    """Investments whose review is overdue, or that brought less than half of their promise.

    A benefit is booked by the month, so the promise is judged from the first whole one. One that
    was cancelled is looked back on: the row is effective when it is stopped.
    """
    investment = ctx.table("investment")
    mine = investment.filter(investment["decided_on"] <= ctx.today)
    rows = ctx.rows(
        mine.select("id", "service", "review_due", "reviewed_on", "cancelled").order_by("id")
    )
    kept = {k.id: k for k in kept_promises(ctx)} if ctx.has("benefit") else {}
    items = [_item(ctx, row, kept.get(row["id"])) for row in rows]
    return counted(items, empty="no investment was decided", one="{unit}: {why}.", low_is_bad=True)


def _item(ctx: Context, row: dict[str, Any], kept: Kept | None) -> Item:
    latest: date = ctx.today - timedelta(days=int(ctx.number("grace_days")))
    lacks, branches = [], []
    money, size = None, None
    if row["review_due"] is not None and row["review_due"] < latest and not row["reviewed_on"]:
        lacks.append(f"review of {row['id']} due on {row['review_due']} not held")
        branches.append("not reviewed")
    ripe = kept is not None and not kept.cancelled and kept.years >= MONTH
    if ripe and kept is not None and kept.realised < ctx.number("realised") * kept.promised:
        lacks.append(f"{row['id']} brought {kept.realised / kept.promised:.0%} of its promise")
        branches.append("benefit missing")
        share = kept.realised / kept.promised
        size = (share, share, share)
        gap = (kept.promised - kept.realised) / kept.years
        money = (0.0, gap, gap)
    units = (Unit("service", row["service"]),)
    return Item("investment", row["id"], units, "; ".join(lacks), money, ", ".join(branches),
                size=size)  # fmt: skip


CHECK = Check(
    id="G03",
    area="Growth and value",
    title="Invested, not looked back",
    question="Do we check promised benefits?",
    tables=("investment",),
    rule=(
        "investment.review_due older than grace_days with investment.reviewed_on null; or, if "
        "benefit is recorded, MG-11 of the investment < realised. Exact per investment. [unit: "
        "service]"
    ),
    parameters={
        "grace_days": 90,
        "realised": 0.50,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.2",
        "ISO 20000-1 9.3",
        "COBIT EDM02",
        "COBIT APO05",
        "ITIL Portfolio management",
        "FitSM PR1.2",
    ),
    causes=("no owner",),
    do_first="name an owner of the benefit; measure before",
    effective_when="review held and >= 80 % realised, or stopped",
    tier=5,
    ask=ask,
    caps=(),
    limit="grace_days",
    indicators=("growth_value",),
    uses=(
        "investment.review_due",
        "investment.reviewed_on",
        "benefit.amount",
        "investment.benefit_mode",
    ),
    headline="{bad} of {all} investments were not looked back on, or brought less than half.",
    should_be="Every investment is reviewed on its day against the benefit promised.",
    matters="The next promise is believed like the last, and money that brings nothing stays.",
    measure="MG-11",
    owner_role="service owner",
)
