"""Facts counted per case that no column holds: how many actions, uses, parts; does a chain hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis

from trueup.audit.context import Context

ANSWER_HOURS = 72
USES_DAYS = 90
MINUTES = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}


@dataclass(frozen=True, slots=True)
class Fact:
    """A number per case (columns case, value) and the tables or columns it needs."""

    needs: tuple[str, ...]
    make: Callable[[Context], Any]


def _count(t: Any, key: str) -> Any:
    return t.filter(t[key].notnull()).group_by(case=key).agg(value=ibis._.count())


def actions(ctx: Context) -> Any:
    """Owned actions that name the record as their source."""
    action = ctx.table("action")
    return _count(action.filter(action["owner"].notnull()), "source")


def event_days(ctx: Context) -> Any:
    """Local days on which something happened to the record after its opening."""
    event = ctx.table("event")
    later = event.filter((event["entity"] == "record") & (event["activity"] != "opened"))
    later = later.mutate(day=ctx.local(later["at_occurred"]).date())
    return later.group_by(case="entity_id").agg(value=later["day"].nunique())


def caused(ctx: Context) -> Any:
    """Records that name the change as their cause."""
    return _count(ctx.table("record"), "caused_by_change")


def approvals(ctx: Context) -> Any:
    """Approvals asked for on the record."""
    approval = ctx.table("approval")
    of_work = approval["entity"].isin(["record", "request", "change"])
    return _count(approval.filter(of_work), "entity_id")


def uses(ctx: Context) -> Any:
    """Records of the last 90 days that used the article."""
    record = ctx.table("record")
    lately = record["opened_at"] >= ctx.now - ibis.interval(days=USES_DAYS)
    return _count(record.filter(lately), "article")


def contents(ctx: Context) -> Any:
    """Changes in the release."""
    return _count(ctx.table("release_change"), "release")


def for_request(ctx: Context) -> Any:
    """1 for approvals that were asked for on a request."""
    approval, record = ctx.table("approval"), ctx.table("record")
    asked = record.filter(record["kind"] == "request").select(rid="id")
    return approval.join(asked, approval["entity_id"] == asked["rid"]).select(
        case="id", value=ibis.literal(1, "int64")
    )


def tasks(ctx: Context) -> Any:
    """Tasks below the record."""
    record = ctx.table("record")
    return _count(record.filter(record["kind"] == "task"), "parent")


def change_denied(ctx: Context) -> Any:
    """1 where it was written down that the incident came after no change."""
    event = ctx.table("event")
    said = event.filter((event["field"] == "after_change") & event["new"].isin(["no", "none"]))
    return said.group_by(case="entity_id").agg(value=ibis._.count().sign())


def after_change(ctx: Context) -> Any:
    """Whether the record was resolved within 72 h of the end of a change on its CI."""
    record, link, change = ctx.table("record"), ctx.table("change_ci"), ctx.table("change")
    ended = change.select(cid="record", ended="end").filter(lambda t: t["ended"].notnull())
    touched = link.select(lid="change", lci="ci")
    near = touched.join(ended, touched["lid"] == ended["cid"])
    t = record.join(near, record["ci"] == near["lci"])
    hit = t.filter(
        (t["resolved_at"] >= t["ended"])
        & (t["resolved_at"] <= t["ended"] + ibis.interval(hours=ANSWER_HOURS))
        & (t["opened_at"] >= t["ended"] - ibis.interval(hours=ANSWER_HOURS))
    )
    return hit.group_by(case="id").agg(value=ibis._.count().sign())


def links_below(ctx: Context) -> Any:
    """Promises below a target: those of its service and metric, each distinct one once."""
    return _below(ctx).group_by(case="id").agg(value=ibis._.count())


def chain_holds(ctx: Context) -> Any:
    """1 where the promises below a target add up (times) or multiply (availability) to it."""
    t = _below(ctx)
    sums = t.group_by("id", "metric", "goal").agg(
        total=t["weight"].sum(), product=t["weight"].ln().sum().exp()
    )
    holds = ibis.ifelse(
        sums["metric"] == "availability",
        sums["product"] >= sums["goal"] - 1e-9,
        sums["total"] <= sums["goal"] + 1e-9,
    )
    return sums.select(case="id", value=holds.cast("int64"))


def _below(ctx: Context) -> Any:
    target, agreement, under = (ctx.table(n) for n in ("target", "agreement", "underpinning"))
    of = agreement.filter(agreement["kind"] == "sla").select(aid="id", of_service="service")
    t = target.join(of, target["agreement"] == of["aid"])
    links = under.select(
        "service", "supplier", "team", "value", lunit="unit", lpriority="priority",
        lmetric=under["metric"].replace("restore", "recovery"),
    ).distinct().rename(lservice="service", lvalue="value", lteam="team")  # fmt: skip
    same = t.join(links, (t["of_service"] == links["lservice"]) & (t["metric"] == links["lmetric"]))
    same = same.filter(
        same["priority"].isnull() | same["lpriority"].isnull()
        | (same["priority"] == same["lpriority"])
    )  # fmt: skip
    return same.select(
        "id", "metric", goal=_weight(same["value"], same["unit"], same["metric"]),
        weight=_weight(same["lvalue"], same["lunit"], same["metric"]),
    )  # fmt: skip


def _weight(value: Any, unit: Any, metric: Any) -> Any:
    """Minutes of a time, the share of a percentage."""
    factor = ibis.cases(*((unit == u, f) for u, f in MINUTES.items()), else_=1.0)
    share = ibis.ifelse(unit == "percent", value / 100.0, value)
    return ibis.ifelse(metric == "availability", share, value * factor)


FACTS = {
    "actions": Fact(("action.source", "action.owner"), actions),
    "event_days": Fact(("event",), event_days),
    "caused": Fact(("record.caused_by_change",), caused),
    "approvals": Fact(("approval",), approvals),
    "uses": Fact(("record.article",), uses),
    "contents": Fact(("release_change",), contents),
    "after_change": Fact(("change_ci", "change.end", "record.ci"), after_change),
    "links_below": Fact(("underpinning", "agreement"), links_below),
    "chain_holds": Fact(("underpinning", "agreement"), chain_holds),
    "for_request": Fact((), for_request),
    "tasks": Fact(("record.parent",), tasks),
    "change_denied": Fact((), change_denied),
}
