"""MR-15: Risk register truth."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Measure, Silent
from trueup.audit.surprises import LEAST, surprise

LIMIT = 0.50


def judge(ctx: Context) -> Answer | Silent:
    """Share of losses that matter which no risk of the register foresaw."""
    asked = surprise(ctx, LIMIT)
    return asked if isinstance(asked, Silent) else asked.answer(LEAST, LEAST)


MEASURE = Measure(
    id="MR-15",
    indicator="risk_impact",
    key=False,
    title="Risk register truth",
    formula=(
        "risk_event with risk_event.risk null and risk_event.loss >= materiality / all "
        "risk_event with loss >= materiality; overdue reviews of risk beside it"
    ),
    tables=("risk", "risk_event"),
    unit="share",
    direction="down",
    grain=("organisation",),
    n_min="10 losses",
    method="Wilson",
    target=0.20,
    limit=0.50,
    caveats="a person confirms the matching",
    tier=6,
    judge=judge,
    needs=("risk_event.loss",),
    uses=("risk_event.risk", "record.service"),
)
