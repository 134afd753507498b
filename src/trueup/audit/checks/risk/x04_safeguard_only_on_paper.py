"""X04: Safeguard only on paper."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="X04",
    area="Risk and decisions",
    title="Safeguard only on paper",
    question="Do controls run and work?",
    tables=("control", "control_use"),
    rule=(
        "Per control: share of control_use.done = true < use_limit (upper bound); or "
        "control.last_test null or older than months; or control.test_result = failed; or MR-08"
        " with enough cases and an interval that includes 0. [unit: category, service]"
    ),
    parameters={
        "use_limit": 0.90,
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 6.1",
        "ISO 20000-1 8.7.3",
        "COBIT APO12",
        "COBIT MEA02",
        "ITIL Risk management",
        "FitSM PR6.3",
    ),
    causes=("effort", "wrong control"),
    do_first="fix or drop the control",
    effective_when="use >= 90 % and effect > 0",
    tier=6,
    ask=ask,
    caps=(),
    limit="use_limit",
    indicators=("risk_impact",),
)
