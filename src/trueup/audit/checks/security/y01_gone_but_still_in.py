"""Y01: Gone but still in."""

from __future__ import annotations

import numpy as np

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import question, today, truth
from trueup.audit.working_days import add_working_days, local_days


def ask(ctx: Context) -> Probe | Silent:
    """Rights of people who have left, not taken back in time."""
    if (silence := unheld(ctx, "access.revoked_at")) is not None:
        return silence
    access, person = ctx.table("access"), ctx.table("person")
    home = person.select(pid="id", left_on="left_on", team="team")
    t = access.join(home, access["person"] == home["pid"])
    t = t.filter(t["left_on"].notnull() & (t["left_on"] <= ctx.now.date()))
    rows = t.select(
        "team", "left_on", "revoked_at", "privileged", "granted_at",
        id=t["person"] + "|" + t["role"] + "|" + t["granted_at"].cast("string"),
    )  # fmt: skip
    got = ctx.arrays(rows.order_by("id"))
    if not len(got["id"]):
        return Silent("not_applicable", "nobody with a right has left")
    due = add_working_days(
        ctx, got["left_on"].astype("datetime64[D]"), int(ctx.number("grace_days"))
    )
    ended = local_days(ctx, got["revoked_at"].astype("datetime64[us]"))
    late = np.where(np.isnat(ended), today(ctx) > due, ended > due)
    strong = truth(got["privileged"])
    why = [
        f"{'a privileged right' if p else 'a right'} kept after leaving on {d}"
        for p, d in zip(strong, got["left_on"].astype("datetime64[D]"), strict=True)
    ]
    return question(
        ctx, got, late, why=why, table="access", kinds=("team",), exact=True
    ).probe()  # fmt: skip


CHECK = Check(
    id="Y01",
    area="Security and access",
    title="Gone but still in",
    question="Do leavers keep access?",
    tables=("access", "person"),
    rule=(
        "access.revoked_at null or later than person.left_on + grace_days working days. Any "
        "trips; access.privileged first. [unit: team; person only with a recorded reason]"
    ),
    parameters={
        "grace_days": 1,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=(
        "ISO 20000-1 8.7.3",
        "COBIT DSS05",
        "ITIL Information security management",
        "FitSM PR6.5",
    ),
    causes=("personnel data not linked",),
    do_first="revoke now; link the personnel data",
    effective_when="0 longer than 1 working day",
    tier=6,
    ask=ask,
    caps=(),
    limit="grace_days",
    indicators=("risk_impact",),
    needs=("person.left_on",),
    uses=("access.revoked_at", "access.privileged", "person.team"),
    headline="{bad} of {all} rights of people who left were not taken back in time.",
    should_be="A leaver's rights end within one working day.",
    matters="Somebody who has left can still read, change and delete.",
    owner_role="security officer",
    mandatory=True,
)
