"""H08: No way back, no test."""

from __future__ import annotations

import ibis

from trueup.audit.changes import change_share, held, started
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Risky changes begun without a way back or without proof of a test."""
    plan, test = held(ctx, "change.backout_plan"), held(ctx, "change.test_evidence")
    if not plan and not test:
        return Silent(
            "not_enough_evidence", "neither way back nor test is recorded",
            ("change.backout_plan", "change.test_evidence"),
        )  # fmt: skip
    t = started(ctx)
    t = t.filter(t["risk_class"].isin(["medium", "high"]))
    no_plan = ~t["backout_plan"].fill_null(False) if plan else ibis.literal(False)
    no_test = ~t["test_evidence"].fill_null(False) if test else ibis.literal(False)
    why = ibis.cases(
        (no_plan & no_test, "begun without a way back and without a test"),
        (no_plan, "begun without a way back"),
        else_="begun without proof of a test",
    )
    rows = t.select("id", "team", "service", at=t["start"], bad=no_plan | no_test, why=why)
    return change_share(ctx, rows, ctx.number("limit")).probe()


CHECK = Check(
    id="H08",
    area="Change",
    title="No way back, no test",
    question="Are plan B and test present for risky changes?",
    tables=("record", "change"),
    rule=(
        "change.risk_class in (medium, high), started, with change.backout_plan not true or "
        "change.test_evidence not true: share > limit. [unit: team, service]"
    ),
    parameters={
        "limit": 0.05,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.5.1",
        "ISO 20000-1 8.5.3",
        "COBIT BAI06",
        "COBIT BAI07",
        "ITIL Change enablement",
        "ITIL Deployment management",
        "FitSM PR13.4",
        "FitSM PR13.5",
    ),
    causes=("template optional",),
    do_first="mandatory for risk >= medium",
    effective_when="<= 2 % and failure rate falls",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("change.risk_class", "change.start"),
    uses=("change.backout_plan", "change.test_evidence", "record.team", "record.service"),
    headline="{bad} of {all} risky changes began without a way back or a test.",
    should_be="A risky change has a tested result and a way back before it is allowed.",
    matters="When it fails, people wait until somebody invents the way back.",
    owner_role="change manager",
    mandatory=True,
)
