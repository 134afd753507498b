"""U03: Supplier unmanaged."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.money import months_before

PARTS = ("contract_until", "contact", "evaluated_on")
ONE = "Critical supplier {unit} fails {n} of {of} points: {why}."


def ask(ctx: Context) -> Probe | Silent:
    """Critical suppliers without a valid contract, a contact, or a fresh evaluation."""
    asked = {part for part in PARTS if ctx.has(f"supplier.{part}")}
    if not asked:
        missing = tuple(f"supplier.{part}" for part in PARTS)
        return Silent("not_enough_evidence", "none of the three is recorded", missing)
    supplier = ctx.table("supplier")
    rows = ctx.rows(
        supplier.filter(supplier["critical"].fill_null(False)).select("id", *PARTS).order_by("id")
    )
    items = [_item(ctx, row, asked) for row in rows]
    return counted(items, empty="no supplier is critical", one=ONE)


def _item(ctx: Context, row: dict[str, Any], asked: set[str]) -> Item:
    today = ctx.today
    since = months_before(today, int(ctx.number("months")))
    until, seen = row["contract_until"], row["evaluated_on"]
    lacks = []
    if "contract_until" in asked and (until is None or until < today):
        lacks.append("no contract" if until is None else f"contract ended {until}")
    if "contact" in asked and not row["contact"]:
        lacks.append("no contact")
    if "evaluated_on" in asked and (seen is None or seen < since):
        lacks.append("never evaluated" if seen is None else f"last evaluated {seen}")
    words = {"n": str(len(lacks)), "of": str(len(asked))}
    return Item(
        "supplier", row["id"], (Unit("supplier", row["id"]),), ", ".join(lacks), words=words
    )  # fmt: skip


CHECK = Check(
    id="U03",
    area="Supplier",
    title="Supplier unmanaged",
    question="Are contract, contact and evaluation present?",
    tables=("supplier",),
    rule=(
        "supplier.critical = true with supplier.contract_until null or past, supplier.contact "
        "null, or supplier.evaluated_on null or older than months. Exact, any trips. [unit: "
        "supplier]"
    ),
    parameters={
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.3.4",
        "COBIT APO10",
        "ITIL Supplier management",
        "FitSM PR8.1",
        "FitSM PR8.2",
        "FitSM PR8.3",
        "FitSM PR8.4",
    ),
    causes=("growth",),
    do_first="evaluate the top 5",
    effective_when="100 % of the critical ones",
    tier=4,
    ask=ask,
    caps=(),
    limit="months",
    indicators=("budget_adherence",),
    needs=("supplier.critical",),
    uses=("supplier.contract_until", "supplier.contact", "supplier.evaluated_on"),
    headline="{bad} of {all} critical suppliers lack a contract, a contact or an evaluation.",
    should_be="Every critical supplier has a valid contract, a contact and a yearly evaluation.",
    matters="When it fails, nobody knows whom to call and what was promised.",
    owner_role="supplier manager",
)
