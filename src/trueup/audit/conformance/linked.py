"""Moments that other tables tell about a case, by the name the rules use for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis

from trueup.audit.changes import collisions
from trueup.audit.conformance.conditions import (
    data_checked,
    edited_late,
    late_lowering,
    missed_date,
    own_work,
)
from trueup.audit.conformance.shapes import ALWAYS, NEVER, instant, shaped
from trueup.audit.context import Context

Make = Callable[[Context, tuple[str, ...]], Any]
LIKE, LIKE_DAYS = 5, 30
STEPS = ("received", "owned", "answered", "cause_found", "closed_with_customer")


@dataclass(frozen=True, slots=True)
class Linked:
    """Which tables or columns it needs, how its moments are made; `event`: an event it needs."""

    needs: tuple[str, ...]
    make: Make
    event: tuple[str, str, str] | None = None


def _message(direction: str, person: bool) -> Make:
    def make(ctx: Context, entities: tuple[str, ...]) -> Any:
        t = ctx.table("message")
        t = t.filter((t["direction"] == direction) & t["public"].fill_null(False))
        if person:
            t = t.filter(~t["automatic"].fill_null(False))
        ref = ibis.literal("message:") + t["id"]
        return shaped(t, case=t["record"], ref=ref, at=t["at"], actor=t["author"])

    return make


def _any_message(ctx: Context, entities: tuple[str, ...]) -> Any:
    t = ctx.table("message")
    ref = ibis.literal("message:") + t["id"]
    return shaped(t, case=t["record"], ref=ref, at=t["at"], actor=t["author"])


def _approval(column: str, approved: bool) -> Make:
    def make(ctx: Context, entities: tuple[str, ...]) -> Any:
        t = ctx.table("approval")
        t = t.filter(t["entity"].isin([*entities, "request"]) & t[column].notnull())
        if approved:
            t = t.filter(t["decision"] == "approved")
        return shaped(
            t, case=t["entity_id"], ref=ibis.literal("approval:") + t["id"], at=t[column],
            recorded=t["recorded_at"], actor=t["approver"], step=t["step"], joint=t["joint"],
            value=t["level"], new=t["decision"],
        )  # fmt: skip

    return make


def _customer_yes(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Approvals of an agreement by somebody of its customer."""
    approval, agreement, person = (ctx.table(n) for n in ("approval", "agreement", "person"))
    yes = approval.filter(
        (approval["entity"] == "agreement") & (approval["decision"] == "approved")
    )
    of = agreement.select(aid="id", whose="customer")
    who = person.select(pid="id", theirs="customer")
    t = yes.join(of, yes["entity_id"] == of["aid"])
    t = t.left_join(who, t["approver"] == who["pid"])
    t = t.filter((t["whose"] == t["theirs"]) | (t["step"] == "customer"))
    return shaped(t, case=t["entity_id"], ref=ibis.literal("approval:") + t["id"], at=t["at"],
                  actor=t["approver"])  # fmt: skip


def _complaint(step: str) -> Make:
    def make(ctx: Context, entities: tuple[str, ...]) -> Any:
        t = ctx.table("complaint_step")
        t = t.filter(t["step"] == step)
        ref = ibis.literal(f"complaint_step:{step}:") + t["record"]
        return shaped(t, case=t["record"], ref=ref, at=t["at"])

    return make


def _tasks(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Tasks below a record: when they ended; never where they are open."""
    t = ctx.table("record")
    t = t.filter((t["kind"] == "task") & t["parent"].notnull())
    done = t["resolved_at"].coalesce(t["closed_at"])
    over = t["state"].isin(["closed", "cancelled", "resolved"])
    at = done.coalesce(ibis.ifelse(over, instant(ALWAYS), instant(NEVER)))
    return shaped(t, case=t["parent"], ref=ibis.literal("record:") + t["id"], at=at)


def _proof(ctx: Context, entities: tuple[str, ...]) -> Any:
    t = ctx.table("attachment")
    t = t.filter(t["entity"].isin(list(entities)))
    ref = ibis.literal("attachment:") + t["id"]
    return shaped(t, case=t["entity_id"], ref=ref, at=t["at"], value=t["kind"])


def _sampled(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Sampling decisions about a record: one row of ``survey`` each, sent or not."""
    t = ctx.table("survey")
    t = t.filter(t["record"].notnull())
    return shaped(t, case=t["record"], ref=ibis.literal("survey:") + t["id"])


def _planned(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Actions that answer a finding; at no known time where it was not recorded."""
    t = ctx.table("action")
    t = t.filter(t["finding"].notnull())
    at = t["created_at"].coalesce(instant(ALWAYS))
    return shaped(t, case=t["finding"], ref=ibis.literal("action:") + t["id"], at=at)


def _verified(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Who decided on the effect of an action, through its finding."""
    t, done = ctx.table("action"), ctx.table("verification")
    own = done.select(fid="finding", who="verified_by", decided="decided_at")
    t = t.join(own, t["finding"] == own["fid"]).filter(lambda x: x["who"].notnull())
    ref = ibis.literal("verification:") + t["finding"]
    at = t["decided"].coalesce(instant(ALWAYS))
    return shaped(t, case=t["id"], ref=ref, at=at, actor=t["who"])


def _frozen_test(ctx: Context, entities: tuple[str, ...]) -> Any:
    """When the test of an action was frozen, through its finding; never where it was not."""
    t, test = ctx.table("action"), ctx.table("verification")
    own = test.select(fid="finding", frozen="frozen_at")
    t = t.join(own, t["finding"] == own["fid"])
    at = t["frozen"].coalesce(instant(NEVER))
    return shaped(t, case=t["id"], ref=ibis.literal("verification:") + t["finding"], at=at)


def _access_gone(ctx: Context, entities: tuple[str, ...]) -> Any:
    """When each access of a person was taken away; never where it stands."""
    t = ctx.table("access")
    ref = ibis.literal("access:") + t["person"] + "|" + t["role"]
    return shaped(t, case=t["person"], ref=ref, at=t["revoked_at"].coalesce(instant(NEVER)))


def _thing_kept(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Things a person holds still: they never came back."""
    t = ctx.table("asset")
    t = t.filter(t["assigned_to"].notnull() & ~t["state"].isin(["retired", "disposed"]))
    return shaped(t, case=t["assigned_to"], ref=ibis.literal("asset:") + t["id"], at=instant(NEVER))


def _cluster(ctx: Context, entities: tuple[str, ...]) -> Any:
    """The fifth of like incidents (CI or service, and category) in 30 days, once per burst.

    `value` says "known" where any of the five, or one of the next ten working days (14 days),
    names a problem.
    """
    record = ctx.table("record")
    t = record.filter((record["kind"] == "incident") & record["category"].notnull())
    t = t.mutate(thing=t["ci"].coalesce(t["service"])).filter(ibis._.thing.notnull())
    order = ibis.window(group_by=["thing", "category"], order_by=["opened_at", "id"])
    t = t.select("id", "thing", "category", "opened_at", "problem",
                 first=t["opened_at"].lag(LIKE - 1).over(order))  # fmt: skip
    hot = t["first"] >= t["opened_at"] - ibis.interval(days=LIKE_DAYS)
    t = t.mutate(hot=hot.fill_null(False))
    t = t.mutate(before=t["hot"].lag().over(order).fill_null(False))
    fifth = t.filter(t["hot"] & ~t["before"]).select(
        "id", "thing", "category", "opened_at", "first"
    )
    like = t.select(m="id", mt="thing", mc="category", mo="opened_at", mp="problem")
    pair = fifth.join(like, (fifth["thing"] == like["mt"]) & (fifth["category"] == like["mc"]))
    near = pair.filter(
        (pair["mo"] >= pair["first"]) & (pair["mo"] <= pair["opened_at"] + ibis.interval(days=14))
    )
    one = near.group_by("id", "opened_at").agg(known=near["mp"].notnull().any())
    value = ibis.ifelse(one["known"], "known", "unknown")
    return shaped(one, case=one["id"], table="record", at=one["opened_at"], value=value)


def _collision(ctx: Context, entities: tuple[str, ...]) -> Any:
    """Critical collisions of two changes; `value` is "agreed" where both hold one joint yes."""
    t, approval = collisions(ctx), ctx.table("approval")
    yes = approval.filter((approval["decision"] == "approved") & approval["joint"].notnull())
    one = yes.select(oa="entity_id", oj="joint").distinct()
    two = yes.select(ta="entity_id", tj="joint").distinct()
    both = one.join(two, one["oj"] == two["tj"]).select("oa", "ta").distinct()
    t = t.filter(t["critical"]).group_by("a", "b").agg(at=ibis._["at"].min())
    t = t.left_join(both, (t["a"] == both["oa"]) & (t["b"] == both["ta"]))
    value = ibis.ifelse(t["oa"].notnull(), "agreed", "silent")
    ref = ibis.literal("change:") + t["a"] + "|" + t["b"]
    return shaped(t, case=t["a"], ref=ref, at=t["at"], value=value, new=t["b"])


def _freeze(ctx: Context, entities: tuple[str, ...]) -> Any:
    """The freezes that hold for a change: those of its service and of everything."""
    record, freeze = ctx.table("record"), ctx.table("freeze")
    f = freeze.select(fid="id", fs="service", begins="start", ends="end")
    home = record.filter(record["kind"] == "change").select("id", "service")
    t = home.join(f, f["fs"].isnull() | (home["service"] == f["fs"]))
    ref = ibis.literal("freeze:") + t["fid"]
    return shaped(t, case=t["id"], ref=ref, at=t["begins"], until=t["ends"])


LINKED = {
    "word": Linked(("message",), _message("out", person=True)),
    "notice": Linked(("message",), _message("out", person=False)),
    "message": Linked(("message",), _any_message),
    "yes": Linked(("approval.at",), _approval("at", approved=True)),
    "yes_written": Linked(("approval.recorded_at",), _approval("recorded_at", approved=True)),
    "customer_yes": Linked(("approval.at", "person.customer"), _customer_yes),
    "task": Linked(("record.parent",), _tasks),
    "proof": Linked(("attachment",), _proof),
    "sampled": Linked(("survey.record",), _sampled),
    "planned": Linked(("action.finding",), _planned),
    "verified": Linked(("verification.verified_by",), _verified),
    "frozen_test": Linked(("verification",), _frozen_test),
    "access_gone": Linked(("access",), _access_gone),
    "thing_kept": Linked(("asset.assigned_to",), _thing_kept),
    "cluster": Linked(("record.category", "record.problem"), _cluster),
    "collision": Linked(("change_ci", "change.start"), _collision),
    "freeze": Linked(("freeze",), _freeze),
    "late_lowering": Linked(("target_result.due_at", "event.new"), late_lowering),
    "edited_late": Linked(("event",), edited_late),
    "missed_date": Linked(("target_result.due_at",), missed_date),
    "own_work": Linked(("event.actor", "finding.confirmed_by"), own_work),
    "data_checked": Linked(
        ("event.source_activity",), data_checked, ("configuration", "classified", "check_data")
    ),
    **{f"step_{step}": Linked(("complaint_step",), _complaint(step)) for step in STEPS},
}
