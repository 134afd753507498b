"""U04: Price above the clause."""

from __future__ import annotations

from collections import defaultdict

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import ORGANISATION, Check, Probe, Silent, Unit
from trueup.audit.measures.budget_adherence.mb_14_contract_leakage import Paid, overpaid
from trueup.audit.money import per_year

CENT = 0.01


def ask(ctx: Context) -> Probe | Silent:
    """Purchases dearer than the price of a year before plus the rise the contract allows."""
    gaps = ctx.missing("purchase.agreement", "agreement.index_cap")
    if gaps:
        return Silent("not_enough_evidence", "no clause or no purchase under it is recorded", gaps)
    found = overpaid(ctx)
    if not found:
        return Silent("not_enough_evidence", "no purchase under a clause has a price a year before")
    sizes: dict[Unit, int] = defaultdict(int)
    for paid in found:
        for unit in (ORGANISATION, *_units(paid)):
            sizes[unit] += 1
    items = [_item(ctx, paid) for paid in found]
    return counted(items, empty="", one="{unit}: {why}.", sizes=sizes)


def _units(paid: Paid) -> tuple[Unit, ...]:
    mine = (Unit("agreement", paid.agreement),)
    return (*mine, Unit("supplier", paid.supplier)) if paid.supplier else mine


def _item(ctx: Context, paid: Paid) -> Item:
    if paid.overpaid < CENT:
        return Item("purchase", paid.id, _units(paid))
    money = paid.overpaid * per_year(ctx)
    why = f"price up {paid.rise:.1%} in a year, allowed are {paid.cap:.1%}"
    rise = (paid.rise, paid.rise, paid.rise)
    return Item("purchase", paid.id, _units(paid), why, (money, money, money), size=rise)


CHECK = Check(
    id="U04",
    area="Supplier",
    title="Price above the clause",
    question="Did the price rise more than agreed?",
    tables=("purchase", "agreement"),
    rule=(
        "Per agreement: purchase.unit_price (else purchase.amount / purchase.quantity) against "
        "12 months before: rise > agreement.index_cap (a fraction) and overpaid amount > 0. "
        "Exact. [unit: agreement, supplier]"
    ),
    parameters={
        "tolerance": 0.001,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 8.3.4",
        "ISO 20000-1 8.4.1",
        "COBIT APO10",
        "COBIT APO06",
        "ITIL Supplier management",
    ),
    causes=("nobody compares",),
    do_first="reclaim",
    effective_when="repaid or credited",
    tier=4,
    ask=ask,
    caps=(),
    limit="tolerance",
    indicators=("budget_adherence",),
    needs=("purchase.agreement", "agreement.index_cap"),
    uses=("purchase.unit_price", "purchase.quantity", "purchase.supplier"),
    headline="{bad} of {all} purchases cost more than the clause allows: {money} a year.",
    should_be="Prices rise by no more than the contract allows.",
    matters="The surplus can be reclaimed, and it is the base of the next rise.",
    measure="MB-14",
    owner_role="supplier manager",
    effort="half a day",
)
