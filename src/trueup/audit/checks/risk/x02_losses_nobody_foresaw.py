"""X02: Losses nobody foresaw."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.surprises import surprise


def ask(ctx: Context) -> Probe | Silent:
    """Losses that matter and that no risk foresaw."""
    asked = surprise(ctx, ctx.number("limit"))
    return asked if isinstance(asked, Silent) else asked.probe()


CHECK = Check(
    id="X02",
    area="Risk and decisions",
    title="Losses nobody foresaw",
    question="Do real losses match the register?",
    tables=("risk_event",),
    rule=("MR-15: lower bound of the surprise rate > limit. [unit: organisation, service]"),
    parameters={
        "limit": 0.30,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 6.1", "COBIT APO12", "ITIL Risk management", "FitSM PR4.2"),
    causes=("register from templates",),
    do_first="add the three commonest",
    effective_when="surprise rate falls",
    tier=6,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("risk_event.loss",),
    uses=("risk_event.risk", "record.service"),
    headline="{bad} of {all} losses had not been foreseen by any risk.",
    should_be="What really hurts stands in the register before.",
    matters="Money is spent against risks that do not happen.",
    measure="MR-15",
    owner_role="risk owner",
)
