"""Y02: Power use without reason."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="Y02",
    area="Security and access",
    title="Power use without reason",
    question="Are there privileged acts outside a change or incident?",
    tables=("privileged_session",),
    rule=("privileged_session.record null / privileged_session rows > limit. [unit: team]"),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.7.3",
        "ISO 20000-1 8.5.1",
        "COBIT DSS05",
        "COBIT BAI06",
        "ITIL Information security management",
        "FitSM PR6.5",
    ),
    causes=("habit",),
    do_first="a privileged log-in needs a record number",
    effective_when="<= limit",
    tier=6,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
)
