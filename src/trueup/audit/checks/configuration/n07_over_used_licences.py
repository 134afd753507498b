"""N07: Over-used licences."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit


def ask(ctx: Context) -> Probe | Silent:
    """Products of which more is used or given out than was bought."""
    if not ctx.has("licence.used_90d") and not ctx.has("licence.assigned"):
        return Silent(
            "not_enough_evidence", "neither use nor assignment is recorded",
            ("licence.used_90d", "licence.assigned"),
        )  # fmt: skip
    t = ctx.table("licence")
    by = t.group_by("product").agg(
        id=t["id"].min(), entitled=t["entitled"].sum(), used=t["used_90d"].fill_null(0).sum(),
        assigned=t["assigned"].fill_null(0).sum(),
    )  # fmt: skip
    items = []
    for row in ctx.rows(by.order_by("product")):
        most = max(int(row["used"]), int(row["assigned"]))
        over = most - int(row["entitled"])
        why = f"{most} in use, {int(row['entitled'])} bought" if over > 0 else ""
        words = {"over": str(over), "most": str(most), "seats": str(int(row["entitled"]))}
        items.append(
            Item(
                "licence",
                row["id"],
                (Unit("product", row["product"]),),
                why,
                words=words,
                size=(over, over, over),
            )
        )
    return counted(
        items,
        empty="no licence is held",
        one="{most} seats of {unit} are in use, {over} more than were bought.",
    )


CHECK = Check(
    id="N07",
    area="Configuration and assets",
    title="Over-used licences",
    question="Do we use more than we bought?",
    tables=("licence",),
    rule=(
        "greatest(licence.used_90d, licence.assigned) > licence.entitled. Exact, any trips. "
        "[unit: product]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=(
        "ISO 20000-1 8.2.5",
        "ISO 20000-1 8.7.3",
        "COBIT BAI09",
        "COBIT MEA03",
        "ITIL IT asset management",
    ),
    causes=("copies", "cloud images"),
    do_first="stop, buy the difference",
    effective_when="<= entitled",
    tier=4,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    uses=("licence.used_90d", "licence.assigned"),
    headline="{bad} of {all} products are used by more people than were paid for.",
    should_be="No more seats are used than were bought.",
    matters="The supplier may claim the difference, with a penalty.",
    owner_role="licence manager",
    mandatory=True,
    limit="none",
)
