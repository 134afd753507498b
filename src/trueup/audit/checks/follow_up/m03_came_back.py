"""M03: Came back."""

from __future__ import annotations

import ibis

from trueup.audit.changes import held
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Findings of a check and scope that was closed as effective within the last months.

    The problem itself is graded one step higher by the audit that finds it again (2.2; see
    `trueup.audit.grading`).
    """
    gaps = tuple(
        n for n in ("finding.scope", "finding.closed_at", "finding.result") if not held(ctx, n)
    )
    if gaps:
        return Silent("not_enough_evidence", "not recorded", gaps)
    finding = ctx.table("finding")
    mine = finding.filter(ctx.within(finding["opened_at"]))
    before = finding.filter((finding["result"] == "effective") & finding["closed_at"].notnull())
    before = before.select(bcheck="check", bscope="scope", bclosed="closed_at")
    months = int(ctx.number("months"))
    again = mine.join(
        before,
        [
            mine["check"] == before["bcheck"],
            mine["scope"].fill_null("") == before["bscope"].fill_null(""),
            before["bclosed"] <= mine["opened_at"],
            before["bclosed"] >= mine["opened_at"] - ibis.interval(months=months),
        ],
    )
    hit = again.select(hid="id").distinct()
    joined = mine.left_join(hit, mine["id"] == hit["hid"])
    rows = joined.select(
        id=joined["id"], record=joined["id"], at=joined["opened_at"], bad=joined["hid"].notnull(),
        why=ibis.literal("the same problem was closed as solved within the last months"),
    )  # fmt: skip
    return ShareQuestion(ctx, rows, 0.0, ("record",), "finding", exact=True).probe()


CHECK = Check(
    id="M03",
    area="Follow-up and management",
    title="Came back",
    question="Do findings recur?",
    tables=("finding",),
    rule=(
        "finding with the same finding.check and finding.scope as one closed as effective "
        "within months before finding.opened_at. Exact, any trips; the new one is graded one "
        "step higher. [unit: organisation, record]"
    ),
    parameters={
        "months": 12,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 10.1", "COBIT MEA04", "ITIL Continual improvement", "FitSM GR7.1"),
    causes=("symptom fixed",),
    do_first="second cause method; stronger action",
    effective_when="no recurrence in 12 months",
    tier=0,
    ask=ask,
    caps=(),
    indicators=("risk_impact",),
    headline="{bad} of {all} findings came back after they were closed as solved.",
    should_be="A problem that was closed as solved stays away.",
    matters="The cause was not found.",
    limit="none",
    measure="M03",
    owner_role="lead auditor",
)
