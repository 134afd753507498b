"""X03: Above appetite."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit
from trueup.audit.exposure import exposures, open_risks


def ask(ctx: Context) -> Probe | Silent:
    """Risks whose likely yearly loss is above what we accept, and acceptances that ran out."""
    ends = held(ctx, "risk.accepted_until")
    if not ends and not ctx.has("risk.appetite"):
        return Silent(
            "not_enough_evidence", "neither appetite nor the end of acceptance is recorded",
            ("risk.appetite", "risk.accepted_until"),
        )  # fmt: skip
    share = ctx.number("percentile")
    above = {
        e.id: float(np.quantile(e.draws, share))
        for e in exposures(ctx)
        if e.appetite is not None and np.quantile(e.draws, share) > e.appetite
    }
    today = ctx.today
    items = []
    for row in open_risks(ctx):
        until = row["accepted_until"]
        ran_out = ends and row["state"] == "accepted" and (until is None or until < today)
        why, branch, money, size = "", "", None, None
        if row["id"] in above:
            why = f"loses about {above[row['id']]:,.0f} a year, accepted are {row['appetite']:,.0f}"
            branch, money = "above appetite", _range(ctx, row["id"])
            size = (money[0], above[row["id"]], money[2])
        elif ran_out:
            ended = "is accepted for ever" if until is None else f"was accepted until {until}"
            why, branch = ended, "acceptance ran out"
        unit = Unit("service", row["service"]) if row["service"] else Unit("risk", row["id"])
        items.append(Item("risk", row["id"], (unit,), why, money, branch, size=size))
    own = all(e.own for e in exposures(ctx) if e.id in above)
    return counted(
        items, empty="no risk is open", grade="B" if own else "C",
        one="{unit}: {bad} of {all} open risks; one {why}.",
    )  # fmt: skip


def _range(ctx: Context, risk: str) -> tuple[float, float, float]:
    draws = next(e.draws for e in exposures(ctx) if e.id == risk)
    low, likely, high = (float(q) for q in np.quantile(draws, (0.1, 0.5, 0.9)))
    return low, likely, high


CHECK = Check(
    id="X03",
    area="Risk and decisions",
    title="Above appetite",
    question="Is exposure above what we accept?",
    tables=("risk",),
    rule=(
        "MR-07 per risk: P50 > risk.appetite; or risk.state = accepted with risk.accepted_until"
        " null or past. [unit: service]"
    ),
    parameters={
        "percentile": 0.50,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 6.1", "COBIT EDM03", "COBIT APO12", "ITIL Risk management", "FitSM PR4.3"),
    causes=("growth", "delay"),
    do_first="decide: treat, transfer, or accept with a date",
    effective_when="P90 <= appetite",
    tier=6,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    uses=("risk.appetite", "risk.accepted_until", "risk.per_year_mode", "risk.loss_mode"),
    headline="{bad} of {all} open risks are above what we accept, or accepted for ever.",
    should_be="A risk stays within what was accepted, and acceptance has an end.",
    matters="A loss that nobody agreed to bear is waiting to happen.",
    measure="MR-07",
    owner_role="risk owner",
    mandatory=True,
    limit="none",
)
