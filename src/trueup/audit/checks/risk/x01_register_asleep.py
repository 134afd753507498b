"""X01: Register asleep."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question, today


def ask(ctx: Context) -> Probe | Silent:
    """Open risks without an owner, or whose review is overdue."""
    reviews = ("risk.review_due", "risk.reviewed_on")
    if not held(ctx, "risk.owner") and not all(held(ctx, name) for name in reviews):
        return Silent(
            "not_enough_evidence", "neither owner nor review is recorded",
            tuple(name for name in ("risk.owner", *reviews) if not held(ctx, name)),
        )  # fmt: skip
    risk = ctx.table("risk")
    mine = risk.filter(risk["state"] != "closed")
    got = ctx.arrays(
        mine.select("id", "service", "owner", "review_due", "reviewed_on").order_by("id")
    )
    due = got["review_due"].astype("datetime64[D]")
    looked = got["reviewed_on"].astype("datetime64[D]")
    late = (due < today(ctx)) & (np.isnat(looked) | (looked < due))
    late &= held(ctx, "risk.reviewed_on")
    bare = np.array([o is None for o in got["owner"]], dtype=bool) & held(ctx, "risk.owner")
    why = ["nobody owns it" if b else "its review is overdue" for b in bare]
    return question(
        ctx, got, late | bare, why=why, table="risk", kinds=("service",),
        limit=ctx.number("limit"), floor=10,
    ).probe()  # fmt: skip


CHECK = Check(
    id="X01",
    area="Risk and decisions",
    title="Register asleep",
    question="Are risks owned and reviewed?",
    tables=("risk",),
    rule=(
        "Open risks (risk.state not closed) with risk.owner null, or risk.review_due < "
        "manifest.as_of and risk.reviewed_on null or < risk.review_due: share > limit. [unit: "
        "service, organisation]"
    ),
    parameters={
        "limit": 0.10,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 6.1", "COBIT APO12", "ITIL Risk management", "FitSM PR4.2", "FitSM PR6.2"),
    causes=("ritual",),
    do_first="review the top 5",
    effective_when="100 %",
    tier=6,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    uses=("risk.owner", "risk.review_due", "risk.reviewed_on", "risk.service"),
    headline="{bad} of {all} open risks have no owner or an overdue review.",
    should_be="Each risk has an owner and is looked at when it is due.",
    matters="A register nobody reads protects nobody.",
    owner_role="risk owner",
    mandatory=True,
)
