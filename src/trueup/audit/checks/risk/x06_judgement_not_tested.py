"""X06: Judgement not tested."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa

from trueup.audit.branches import branched
from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.counting import GOOD_SHOWN, listed
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent
from trueup.audit.listing import question
from trueup.audit.measures.risk_impact.mr_13_calibration_of_judgements import predicted
from trueup.audit.money import materiality
from trueup.audit.stats.calibration import calibration


def ask(ctx: Context) -> Probe | Silent:
    """Large decisions without a locked prediction, and predictions worse than the base rate."""
    return branched({"not recorded": _unwritten(ctx), "worse than chance": _skill(ctx)})


def _unwritten(ctx: Context) -> Probe | Silent:
    if not held(ctx, "decision.predicted_p") and not held(ctx, "decision.predicted_low"):
        gaps = ("decision.predicted_p", "decision.predicted_low")
        return Silent("not_enough_evidence", "no predictions are recorded", gaps)
    decision = ctx.table("decision")
    large = decision.filter(
        ctx.within(decision["at"]) & (decision["amount"].cast("float64") >= materiality(ctx))
    )
    got = ctx.arrays(
        large.select(
            "id",
            "at",
            "locked_at",
            "review_on",
            "predicted_p",
            "predicted_low",
            category=large["kind"],
        ).order_by("id")
    )
    silent = np.isnan(got["predicted_p"].astype(float))
    silent &= np.isnan(got["predicted_low"].astype(float))
    locked = got["locked_at"].astype("datetime64[D]")
    late = np.isnat(locked) | (locked > got["review_on"].astype("datetime64[D]"))
    late &= held(ctx, "decision.locked_at")
    why = [
        "nothing was predicted" if s else "the prediction was not locked in time" for s in silent
    ]
    return question(
        ctx, got, silent | late, why=why, table="decision", kinds=("category",), at="at",
        limit=ctx.number("limit"), floor=10,
    ).probe()  # fmt: skip


def _skill(ctx: Context) -> Probe | Silent:
    got = predicted(ctx)
    p, y = got["p"], got["y"]
    found = calibration(p, y, ctx.rng())
    if not found.enough:
        return Silent("not_enough_evidence", "too few locked predictions to judge")
    off = (p - y) ** 2 > (y.mean() - y) ** 2
    tripped = found.skill.high < 0
    case = Case(
        ORGANISATION,
        Estimate(
            found.skill.value, found.skill.low, found.skill.high, found.n, method="compared"
        ),
        int(off.sum()), found.n, limit=0.0 if tripped else float("inf"), tripped=tripped,
        bad=lambda: _listed(got, off, "further off than the usual share"),
        good=lambda: _listed(got, ~off, "").slice(0, GOOD_SHOWN),
        headline="{bad} of {all} predictions were further off than always saying the usual share.",
    )  # fmt: skip
    watch = "" if tripped or found.skill.value >= 0 else "predictions may be worse than no opinion"
    return Probe(found.n, found.n, case, watch=watch)


def _listed(got: dict[str, np.ndarray[Any, Any]], mask: np.ndarray[Any, Any], why: str) -> pa.Table:
    return listed(zip(got["table"][mask], got["id"][mask], repeat(why)))


CHECK = Check(
    id="X06",
    area="Risk and decisions",
    title="Judgement not tested",
    question="Do we learn how good our predictions are?",
    tables=("decision",),
    rule=(
        "decision rows with decision.amount >= materiality without decision.predicted_p and "
        "decision.predicted_low, or with decision.locked_at null or later than "
        "decision.review_on: share > limit; or MR-13 skill upper bound < 0. [unit: "
        "organisation, category]"
    ),
    parameters={
        "limit": 0.50,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 9.1",
        "ISO 20000-1 9.3",
        "COBIT EDM03",
        "COBIT APO12",
        "ITIL Risk management",
        "FitSM GR6.1",
    ),
    causes=("no habit",),
    do_first='add "how likely, how bad" to the change form',
    effective_when=">= 80 % recorded, coverage 70-90 %",
    tier=6,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("decision.amount",),
    uses=("decision.predicted_p", "decision.predicted_low", "decision.locked_at"),
    headline="{bad} of {all} large decisions were made without a prediction to learn from.",
    should_be="Whoever decides says before how likely and how bad.",
    matters="Nobody learns whose judgement to trust.",
    measure="MR-13",
    owner_role="manager",
)
