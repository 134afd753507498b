"""F03: Budget without owner or approval."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.money import row_id

PARTS = ("owner", "approved_by")


def ask(ctx: Context) -> Probe | Silent:
    """Budget rows without an owner, without a yes, or changed after the yes."""
    asked = {part for part in PARTS if ctx.has(f"budget.{part}")}
    if not asked and not ctx.has("budget.changed_at", "budget.approved_at"):
        missing = ("budget.owner", "budget.approved_by", "budget.approved_at")
        return Silent("not_enough_evidence", "neither owner nor approval is recorded", missing)
    budget = ctx.table("budget")
    mine = budget.filter(budget["month"] >= ctx.period.first)
    rows = ctx.rows(
        mine.select("line", "month", "owner", "approved_by", "approved_at", "changed_at",
                    id=row_id(mine, "budget")).order_by("id")
    )  # fmt: skip
    items = [_item(row, asked) for row in rows]
    return counted(
        items, empty="no month of the period has a budget",
        one="{unit}: {bad} of {all} months of budget: {why}.",
    )  # fmt: skip


def _item(row: dict[str, Any], asked: set[str]) -> Item:
    lacks = []
    if "owner" in asked and not row["owner"]:
        lacks.append("no owner")
    if "approved_by" in asked and not row["approved_by"]:
        lacks.append("nobody approved it")
    changed, approved = row["changed_at"], row["approved_at"]
    if changed is not None and approved is not None and changed > approved:
        lacks.append(f"changed on {changed:%Y-%m-%d} after its approval")
    return Item("budget", row["id"], (Unit("line", row["line"]),), ", ".join(lacks))


CHECK = Check(
    id="F03",
    area="Finance",
    title="Budget without owner or approval",
    question="Who said yes?",
    tables=("budget",),
    rule=(
        "budget rows with budget.owner or budget.approved_by null, or budget.changed_at > "
        "budget.approved_at. Exact, any trips. [unit: line]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.4.1",
        "COBIT APO06",
        "COBIT EDM04",
        "ITIL Service financial management",
        "FitSM GR4.1",
    ),
    causes=("informal",),
    do_first="approve or remove",
    effective_when="0",
    tier=4,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("budget_adherence",),
    uses=("budget.owner", "budget.approved_by", "budget.approved_at", "budget.changed_at"),
    headline="{bad} of {all} budget rows have no owner or no valid approval.",
    should_be="Every budget has an owner, and a person approved it as it stands.",
    matters="Nobody answers for the money, and nobody said yes to it.",
    owner_role="budget owner",
    effort="half a day",
)
