"""U02: Supplier misses, we stay silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.money import row_id


def ask(ctx: Context) -> Probe | Silent:
    """Breaches of suppliers that were not claimed in time, once that time has passed."""
    promise = ctx.table("underpinning")
    broken = promise.filter(promise["breached_at"].notnull() & (promise["breached_at"] <= ctx.now))
    rows = ctx.rows(
        broken.select("supplier", "breached_at", "claimed_at", "service",
                      id=row_id(broken, "underpinning")).order_by("id", "breached_at")
    )  # fmt: skip
    days = timedelta(days=int(ctx.number("claim_days")))
    items = [item for row in rows if (item := _item(ctx, row, days)) is not None]
    return counted(
        items, empty="no breach of a supplier is old enough",
        one="{unit}: {bad} of {all} breaches not claimed in time; the {why}.",
    )  # fmt: skip


def _item(ctx: Context, row: dict[str, Any], days: timedelta) -> Item | None:
    due = _plain(row["breached_at"]) + days
    claimed = None if row["claimed_at"] is None else _plain(row["claimed_at"])
    if claimed is None and due > ctx.as_of:
        return None
    why, branch = "", ""
    if claimed is None:
        why, branch = f"breach of {row['breached_at']:%Y-%m-%d} never claimed", "never claimed"
    elif claimed > due:
        late = -(-(claimed - due) // timedelta(days=1))
        why, branch = f"breach of {row['breached_at']:%Y-%m-%d} claimed {late} days late", "late"
    units = (Unit("supplier", row["supplier"]),) if row["supplier"] else ()
    return Item("underpinning", row["id"], units, why, branch=branch)


def _plain(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


CHECK = Check(
    id="U02",
    area="Supplier",
    title="Supplier misses, we stay silent",
    question="Do we claim what we are owed?",
    tables=("underpinning",),
    rule=(
        "underpinning.breached_at set and underpinning.claimed_at null or later than "
        "breached_at + claim_days, once that time has passed. Exact, any trips. [unit: "
        "supplier]"
    ),
    parameters={
        "claim_days": 30,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.4", "COBIT APO10", "ITIL Supplier management", "FitSM PR2.5"),
    causes=("no owner",),
    do_first="send the claim with its evidence",
    effective_when="100 % handled",
    tier=4,
    ask=ask,
    caps=(),
    limit="claim_days",
    indicators=("budget_adherence",),
    needs=("underpinning.breached_at",),
    uses=("underpinning.claimed_at", "underpinning.supplier"),
    headline="{bad} of {all} supplier breaches were not claimed within the time.",
    should_be="A supplier's breach is claimed within 30 days.",
    matters="Credits that we are owed are lost, and the supplier learns that it does not matter.",
    owner_role="supplier manager",
    effort="2 hours",
)
