"""C04: Chasers."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.measures.communication.mc_08_chasers import chased
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Records in which somebody had to ask for news."""
    return ShareQuestion(ctx, chased(ctx), ctx.number("limit"), ("team", "customer")).probe()


CHECK = Check(
    id="C04",
    area="Communication and feedback",
    title="Chasers",
    question="Must people ask again?",
    tables=("message", "record"),
    rule="MC-08 > limit. [unit: team, customer]",
    parameters={
        "limit": 0.20,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.6.1", "COBIT DSS02", "ITIL Service desk", "FitSM PR9.4"),
    causes=("silence", "vague dates"),
    do_first="a date in each message",
    effective_when="<= 10 %",
    tier=1,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    needs=("message.text", "message.direction"),
    headline="In {bad} of {all} tickets people had to ask for news.",
    should_be="Nobody has to ask how far we are.",
    matters="Each question costs the person and the desk time.",
    measure="MC-08",
    owner_role="service desk lead",
)
