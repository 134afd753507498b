"""MR-08: Control effectiveness."""

from __future__ import annotations

import numpy as np

from trueup.audit.context import Context
from trueup.audit.control_effect import Uses, uses
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit


def judge(ctx: Context) -> Answer | Silent:
    """How many failures controls prevent: one minus the ratio with and without, like with like."""
    if not ctx.has("change.outcome", "change.end"):
        return Silent("not_enough_evidence", "outcomes are not recorded", ("change.outcome",))
    every = uses(ctx)
    if not every.enough:
        return Silent(
            "not_enough_evidence",
            "20 uses and 20 non-uses with five expected failures are needed",
            n=len(every.done),
            n_min=40,
        )
    whole = _estimate(every)
    if whole is None:
        return Silent(
            "not_enough_evidence", "inside like cases the picture turns round: no claim is made"
        )
    by = []
    for name in sorted({str(c) for c in every.control}):
        part = every.of(name)
        estimate = _estimate(part) if part.enough else None
        if estimate is not None:
            by.append((Unit("control", name), estimate))
    rate = float(every.done.mean())
    return Answer(whole, tuple(by), n_min=40, unit_n_min=40, parts={"use rate": rate})


def _estimate(part: Uses) -> Estimate | None:
    fair = part.ratio()
    if fair.flips or np.isnan(fair.value):
        return None
    return Estimate(1 - fair.value, 1 - fair.high, 1 - fair.low, len(part.done), method="compared")


MEASURE = Measure(
    id="MR-08",
    indicator="risk_impact",
    key=False,
    title="Control effectiveness",
    formula=(
        "1 - IRR(with / without control) with control_use.done per record, outcome = failed "
        "change or MR-02 excess; beside it use rate = sum done / rows, and control.test_result"
    ),
    tables=("control", "control_use", "record"),
    unit="share",
    direction="up",
    grain=("category", "organisation"),
    n_min="20 uses and 20 non-uses, sum E >= 5",
    method=(
        "stratified Poisson (change.risk_class, ci.class); difference-in-differences at "
        "introduction"
    ),
    target=0.20,
    limit=0.10,
    caveats="controls are used on risky cases: stratify, or no claim",
    tier=6,
    judge=judge,
    needs=("control_use.record",),
    uses=("change.outcome", "change.risk_class"),
)
