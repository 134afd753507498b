"""U01: Silent renewal."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, Money, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_14_contract_leakage import renewals


def ask(ctx: Context) -> Probe | Silent:
    """Self-renewing contracts whose notice day nears or passed without a decision.

    The rule names every agreement, also a customer's; only what we pay has a price to save.
    """
    rows = renewals(ctx, int(ctx.number("notice_days")), every=True)
    items = [_item(row) for row in rows]
    return counted(items, empty="no contract renews by itself", one="{unit}: {why}.")


def _item(row: dict[str, Any]) -> Item:
    why, money = "", None
    if row["stage"] == "open":
        why = f"renews by itself; notice is possible until {row['notice_by']}"
    elif row["stage"] == "lost":
        why = f"renewed by itself; the notice day {row['notice_by']} passed undecided"
    if why and (row["supplier"] is not None or row["customer"] is None):
        money = _worth(row["price_month"])
    words = {"deadline": row["notice_by"].isoformat()} if row["stage"] == "open" else {}
    unit = Unit("agreement", row["id"])
    return Item("agreement", row["id"], (unit,), why, money, row["stage"], words)


def _worth(price: Any) -> Money | None:
    """A year of the contract: all of it may be needed, so the low end is nothing."""
    return None if price is None else (0.0, 12 * float(price), 12 * float(price))


CHECK = Check(
    id="U01",
    area="Supplier",
    title="Silent renewal",
    question="Which contracts renew before anyone decides?",
    tables=("agreement",),
    rule=(
        "agreement.auto_renew = true and agreement.notice_by between manifest.as_of and + "
        "notice_days with agreement.renewal_decided_on null; those already past and undecided "
        "are listed as lost. Exact, any trips. [unit: agreement]"
    ),
    parameters={
        "notice_days": 60,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.3.4", "COBIT APO10", "ITIL Supplier management", "FitSM PR8.4"),
    causes=("no calendar",),
    do_first="decide now; reminders at 90, 60 and 30 days",
    effective_when="0 undecided",
    tier=4,
    ask=ask,
    caps=(),
    limit="notice_days",
    indicators=("budget_adherence",),
    needs=("agreement.auto_renew", "agreement.notice_by"),
    uses=("agreement.renewal_decided_on", "agreement.price_month", "agreement.supplier"),
    headline="{bad} of {all} self-renewing contracts have a notice day without a decision.",
    should_be="Every contract is decided on before its notice day.",
    matters="Another year is paid although nobody said that it is still needed.",
    measure="MB-14",
    owner_role="supplier manager",
    effort="2 hours",
)
