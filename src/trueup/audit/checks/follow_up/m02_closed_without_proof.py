"""M02: Closed without proof."""

from __future__ import annotations

import ibis

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Findings closed without a decided test before, or tested by the doer."""
    if (silence := unheld(ctx, "verification.decided_at")) is not None:
        return silence
    finding, action = ctx.table("finding"), ctx.table("action")
    test = ctx.table("verification")
    closed = finding.filter(finding["closed_at"].notnull() & ctx.within(finding["closed_at"]))
    closed = closed.filter(closed["result"].fill_null("") != "accepted")
    decided = test.select(tid="finding", decided="decided_at")
    proof = closed.join(
        decided, [closed["id"] == decided["tid"], decided["decided"] <= closed["closed_at"]]
    )
    proved = proof.select(pid="id").distinct()
    doers = action.select(afid="finding", doer="owner")
    own = test.join(doers, [test["finding"] == doers["afid"], test["verified_by"] == doers["doer"]])
    selfmade = own.select(sid="finding").distinct()
    joined = closed.left_join(proved, closed["id"] == proved["pid"])
    joined = joined.left_join(selfmade, joined["id"] == selfmade["sid"])
    rows = joined.select(
        id=joined["id"], record=joined["id"], at=joined["closed_at"],
        bad=joined["pid"].isnull() | joined["sid"].notnull(),
        why=ibis.ifelse(
            joined["sid"].notnull(),
            "verified by the person who did the work",
            "closed without a decided test",
        ),
    )  # fmt: skip
    return ShareQuestion(ctx, rows, 0.0, ("record",), "finding", exact=True).probe()


CHECK = Check(
    id="M02",
    area="Follow-up and management",
    title="Closed without proof",
    question="Was the effect verified by someone else?",
    tables=("finding", "action", "verification"),
    rule=(
        "finding.closed_at set and no verification row with verification.decided_at <= "
        "finding.closed_at, or verification.verified_by = action.owner of the same finding. "
        "Exact, any trips. [unit: organisation, record]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 10.1", "COBIT MEA04", "ITIL Continual improvement", "FitSM PR14.3"),
    causes=("pressure to close",),
    do_first="re-open",
    effective_when="0",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    needs=("finding.closed_at",),
    headline="{bad} of {all} closed findings have no proof that the action worked.",
    should_be="A finding is closed on a test that another person decided.",
    matters="Nobody knows whether the problem is gone.",
    mandatory=True,
    limit="none",
    measure="M02",
    owner_role="lead auditor",
)
