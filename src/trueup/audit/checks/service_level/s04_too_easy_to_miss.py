"""S04: Too easy to miss."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="S04",
    area="Service level",
    title="Too easy to miss",
    question="Does the target tell anything?",
    tables=("target_result", "target", "survey"),
    rule=(
        "Per service, metric and priority: share of target_result.met >= met for 12 months "
        "while MC-02 of the same customers < satisfied; or target.value in minutes > P99 of "
        "target_result.elapsed_min with n >= 150. [unit: agreement, service]"
    ),
    parameters={
        "met": 0.995,
        "satisfied": 0.80,
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.2"),
    causes=("target from habit",),
    do_first="add an experience target",
    effective_when="the new target discriminates",
    tier=2,
    ask=ask,
    caps=(),
    limit="met",
    indicators=("communication",),
)
