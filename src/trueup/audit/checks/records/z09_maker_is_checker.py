"""Z09: Maker is checker."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.money import row_id
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Approvals, purchases and grants of rights where maker and checker are one person.

    A purchase and a right stand at the team of the person who approved or granted.
    """
    parts = [_approvals(ctx)]
    if ctx.has("purchase.approved_by"):
        parts.append(_purchases(ctx))
    if ctx.has("access.granted_by"):
        parts.append(_grants(ctx))
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return ShareQuestion(
        ctx,
        rows,
        ctx.number("limit"),
        kinds=("team",),
        table="approval",
        any_critical=True,
        floor=1,
    ).probe()


def _approvals(ctx: Context) -> Any:
    approval, record = ctx.table("approval"), ctx.table("record")
    change, service = ctx.table("change"), ctx.table("service")
    yes = approval.filter((approval["decision"] == "approved") & approval["approver"].notnull())
    yes = yes.select("id", "entity_id", "approver", "at").distinct()
    purchase = ctx.table("purchase")
    home = record.select(
        rid=record["id"], requester=record["requester"], team=record["team"], sid=record["service"]
    )
    bought = purchase.filter(purchase["buyer"].notnull()).select(
        pid="id", buyer="buyer",
        dear=(purchase["amount"] >= purchase["approval_limit"]).fill_null(False),
    )  # fmt: skip
    made = change.select(
        cid=change["record"], implementer=change["implementer"], risk=change["risk_class"]
    )
    crit = service.select(serv=service["id"], criticality=service["criticality"])
    t = yes.left_join(home, yes["entity_id"] == home["rid"])
    t = t.left_join(made, t["entity_id"] == made["cid"])
    t = t.left_join(crit, t["sid"] == crit["serv"])
    t = t.left_join(bought, t["entity_id"] == bought["pid"])
    t = _with_team(ctx, t, "buyer")
    known = t["requester"].notnull() | t["implementer"].notnull() | t["buyer"].notnull()
    t = t.filter(known)
    same_r = (t["approver"] == t["requester"]).fill_null(False)
    same_i = (t["approver"] == t["implementer"]).fill_null(False)
    same_b = (t["approver"] == t["buyer"]).fill_null(False)
    return t.select(
        table=ibis.literal("approval"),
        id=t["id"],
        at=t["at"],
        bad=same_r | same_i | same_b,
        critical=((t["criticality"] <= 2) | (t["risk"] == "high")).fill_null(False)
        | t["dear"].fill_null(False),
        why=ibis.cases(
            (same_i, "approved by the person who did the work"),
            (same_b, "approved by the buyer"),
            else_="approved by the requester",
        ),
        team=t["team"].coalesce(t["maker_team"]),
    )


def _with_team(ctx: Context, rows: Any, person: str) -> Any:
    """The rows with ``maker_team``, the team of the person in a column."""
    people = ctx.table("person").select(maker_id="id", maker_team="team")
    return rows.left_join(people, rows[person] == people["maker_id"]).drop("maker_id")


def _purchases(ctx: Context) -> Any:
    """Bought and approved by one person, or approved by who entered the supplier."""
    p = ctx.table("purchase")
    event = ctx.table("event")
    entered = event.filter(
        (event["entity"] == "supplier") & (event["activity"] == "opened") & event["actor"].notnull()
    )
    opened = entered.group_by(entered=entered["entity_id"]).agg(opener=entered["actor"].min())
    done = p.filter(p["approved_by"].notnull())
    done = done.left_join(opened, done["supplier"] == opened["entered"])
    done = done.filter(done["buyer"].notnull() | done["opener"].notnull())
    done = _with_team(ctx, done, "approved_by")
    bought = (done["buyer"] == done["approved_by"]).fill_null(False)
    own = (done["opener"] == done["approved_by"]).fill_null(False)
    return done.select(
        table=ibis.literal("purchase"),
        id=done["id"],
        at=done["at"],
        bad=bought | own,
        critical=(done["amount"] >= done["approval_limit"]).fill_null(False),
        why=ibis.ifelse(
            bought, "bought and approved by one person", "approved by who entered the supplier"
        ),
        team=done["maker_team"],
    )


def _grants(ctx: Context) -> Any:
    a = ctx.table("access")
    given = _with_team(ctx, a.filter(a["granted_by"].notnull()), "granted_by")
    return given.select(
        table=ibis.literal("access"),
        id=row_id(given, "access"),
        at=given["granted_at"],
        bad=given["granted_by"] == given["person"],
        critical=given["privileged"].fill_null(False),
        why=ibis.literal("a right given to oneself"),
        team=given["maker_team"],
    )


CHECK = Check(
    id="Z09",
    area="Records and audit log",
    title="Maker is checker",
    question="Did one person do two incompatible steps?",
    tables=("approval",),
    rule=(
        "approval.decision = approved and approval.approver equals change.implementer, "
        "record.requester or purchase.buyer of the same approval.entity_id; or "
        "purchase.approved_by = purchase.buyer; or the actor of the opening event of a supplier"
        " = purchase.approved_by; or access.granted_by = access.person. Any on a critical case "
        "(service.criticality <= 2, change.risk_class = high, access.privileged, "
        "purchase.amount >= purchase.approval_limit) trips; elsewhere share > limit. Uses those"
        " of record, change, purchase, access, event that are recorded. [unit: team; person "
        "only with a recorded reason]"
    ),
    parameters={
        "limit": 0.01,
    },
    gate=False,
    blocks=(),
    severity="major",
    refs=("ISO 20000-1 5.3", "ISO 20000-1 8.5.1.3", "COBIT DSS06", "COBIT APO01", "FitSM PR12.4"),
    causes=("small team", "administrator rights"),
    do_first="block it by rule; name deputies",
    effective_when="0 for 8 weeks",
    tier=3,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("risk_impact",),
    needs=("approval.approver",),
    headline="In {bad} of {all} cases one person asked or worked and also approved.",
    should_be="Who requests, works or buys does not approve.",
    matters="Mistakes and misuse have no second pair of eyes.",
    mandatory=True,
)
