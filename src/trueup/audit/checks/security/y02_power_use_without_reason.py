"""Y02: Power use without reason."""

from __future__ import annotations

import ibis

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Privileged sessions that name no record."""
    if (silence := unheld(ctx, "privileged_session.record")) is not None:
        return silence
    session, person = ctx.table("privileged_session"), ctx.table("person")
    home = person.select(pid="id", team="team")
    t = session.filter(ctx.within(session["at"]))
    t = t.left_join(home, t["person"] == home["pid"])
    rows = t.select(
        "team", id=t["person"] + "|" + t["at"].cast("string"), at=t["at"],
        bad=t["record"].isnull(), why=ibis.literal("a privileged session without a record"),
    )  # fmt: skip
    limit = ctx.number("limit")
    return ShareQuestion(ctx, rows, limit, kinds=("team",), table="privileged_session").probe()


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
    uses=("privileged_session.record", "person.team"),
    headline="{bad} of {all} privileged sessions name no change or incident.",
    should_be="Whoever uses special rights says for which record.",
    matters="Nobody can tell work from misuse.",
    owner_role="security officer",
    mandatory=True,
)
