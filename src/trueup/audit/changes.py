"""Changes with what their checks need: record, service and windows, read once per run.

A change is one row of ``change``; its evidence id is its record's. "Started" means that
``change.start`` is set; "completed" that ``change.end`` is set and it was not cancelled (3.0).
"""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np

from trueup.audit.context import Context
from trueup.audit.declare import Silent
from trueup.audit.shares import ShareQuestion

Array = np.ndarray[Any, Any]
FAILED = ("failed", "backed_out")


def held(ctx: Context, name: str) -> bool:
    """Whether ``table.column`` stands in the pack at all, be every value missing.

    For rules in which a missing value is the finding (never revoked, never reviewed).
    """
    table, _, column = name.partition(".")
    info = ctx.pack.tables.get(table)
    return info is not None and info.rows > 0 and column in info.columns


def unheld(ctx: Context, *names: str) -> Silent | None:
    """Silence where one of these columns is not in the pack at all (method 3.0): a missing value
    is a finding only where values are written down."""
    gaps = tuple(name for name in names if not held(ctx, name))
    return Silent("not_enough_evidence", "not recorded", gaps) if gaps else None


def changes(ctx: Context) -> Any:
    """Every change with its record's team, service, category and the service's criticality."""
    return ctx.shared("changes", _changes)


def _changes(ctx: Context) -> Any:
    change, record, service = ctx.table("change"), ctx.table("record"), ctx.table("service")
    home = record.select(
        rid="id", team="team", service="service", category="category", opened_at="opened_at",
        requester="requester", parent="parent",
    )  # fmt: skip
    rank = service.select(sid="id", criticality="criticality")
    t = change.left_join(home, change["record"] == home["rid"])
    t = t.left_join(rank, t["service"] == rank["sid"])
    return t.select(
        *(name for name in change.columns if name != "record"),
        "team", "service", "category", "opened_at", "requester", "parent",
        id=t["record"],
        critical_service=(t["criticality"] <= 2).fill_null(False),
    )  # fmt: skip


def started(ctx: Context) -> Any:
    """Changes whose work began in the period."""
    t = changes(ctx)
    return t.filter(ctx.within(t["start"]))


def completed(ctx: Context) -> Any:
    """Changes that ended in the period and were not cancelled."""
    t = ever_completed(ctx)
    return t.filter(ctx.within(t["end"]))


def ever_completed(ctx: Context) -> Any:
    """Changes that ended and were not cancelled, also before the period and after it."""
    t = changes(ctx)
    return t.filter(t["end"].notnull() & (t["outcome"].fill_null("successful") != "cancelled"))


def failed(t: Any) -> Any:
    """Whether a change's own outcome says that it failed."""
    return t["outcome"].isin(FAILED).fill_null(False)


def with_failure(ctx: Context) -> Any:
    """Completed changes with ``bad``: failed by their outcome, or named by a P1 or P2 incident."""
    t = completed(ctx)
    record = ctx.table("record")
    hurt = record.filter(
        (record["kind"] == "incident") & (record["priority"] <= 2)
        & record["caused_by_change"].notnull()
    )  # fmt: skip
    hurt = hurt.select(hit=hurt["caused_by_change"]).distinct()
    t = t.left_join(hurt, t["id"] == hurt["hit"])
    return t.mutate(bad=failed(t) | t["hit"].notnull()).drop("hit")


def windows_of(ctx: Context) -> Any:
    """Changes with the CIs they touch and their real window, the planned one where not yet run.

    Columns: id, ci, began, ended, critical (the CI or the change's service is critical), service,
    parent, release.
    """
    return ctx.shared("change_windows", _windows_of)


def _windows_of(ctx: Context) -> Any:
    t, link, ci = changes(ctx), ctx.table("change_ci"), ctx.table("ci")
    part = ctx.table("release_change")
    t = t.filter(t["outcome"].fill_null("successful") != "cancelled")
    t = t.mutate(began=t["start"].coalesce(t["plan_start"]), ended=t["end"].coalesce(t["plan_end"]))
    t = t.filter(ctx.within(t["began"]) & (t["ended"] > t["began"]))
    touched = link.select(cid="change", ci="ci").distinct()
    rank = ci.select(ciid="id", rank="criticality")
    release = part.group_by(rcid=part["change"]).agg(release=part["release"].min())
    t = t.join(touched, t["id"] == touched["cid"])
    t = t.left_join(rank, t["ci"] == rank["ciid"])
    t = t.left_join(release, t["id"] == release["rcid"])
    return t.select(
        "id", "ci", "began", "ended", "service", "parent", "release",
        critical=t["critical_service"] | (t["rank"] <= 2).fill_null(False),
    )  # fmt: skip


def collisions(ctx: Context) -> Any:
    """Pairs of changes at work at the same time on one CI or on directly dependent CIs.

    Pairs of one release or under one parent do not count. Columns: a, b, ci and service (of a),
    bci and bservice, critical, at.
    """
    return ctx.shared("collisions", _collisions)


def _collisions(ctx: Context) -> Any:
    w, relation = windows_of(ctx), ctx.table("relation")
    near = relation.select(left=relation["parent"], right=relation["child"])
    both = near.union(near.select(left=near["right"], right=near["left"])).distinct()
    reach = w.select("id", "ci", left="ci").union(
        w.join(both, w["ci"] == both["left"]).select("id", "ci", left="right")
    ).distinct()  # fmt: skip
    first = w.select(
        a="id", aci="ci", abegan="began", aended="ended", service="service", aparent="parent",
        arelease="release", acritical="critical",
    )  # fmt: skip
    wide = first.join(reach, (first["a"] == reach["id"]) & (first["aci"] == reach["ci"]))
    second = w.select(
        b="id", bci="ci", bbegan="began", bended="ended", bparent="parent", brelease="release",
        bcritical="critical", bservice="service",
    )  # fmt: skip
    pair = wide.join(second, wide["left"] == second["bci"])
    pair = pair.filter(
        (pair["a"] < pair["b"])
        & (pair["abegan"] < pair["bended"]) & (pair["bbegan"] < pair["aended"])
        & ~(pair["aparent"] == pair["bparent"]).fill_null(False)
        & ~(pair["arelease"] == pair["brelease"]).fill_null(False)
    )  # fmt: skip
    return pair.select(
        "a", "b", "service", "bservice", "bci", ci=pair["aci"], at=pair["abegan"],
        critical=pair["acritical"] | pair["bcritical"],
    ).distinct()  # fmt: skip


def valid_approvals(ctx: Context) -> Any:
    """Approved rows that meet what the change requires, with both instants of the first of each.

    Columns: change, said (when), told (when it was written down; said where not recorded).
    """
    return ctx.shared("valid_approvals", _valid_approvals)


def _valid_approvals(ctx: Context) -> Any:
    approval, t = ctx.table("approval"), changes(ctx)
    yes = approval.filter(
        (approval["decision"] == "approved") & approval["entity"].isin(["record", "change"])
    )
    need = t.select(cid=t["id"], need=t["required_approval"])
    pair = yes.join(need, (yes["entity_id"] == need["cid"]) & (yes["level"] == need["need"]))
    order = ibis.window(group_by="cid", order_by=["at", "id"])
    marked = pair.select(
        "cid",
        "at",
        told=pair["recorded_at"].coalesce(pair["at"]),
        rank=ibis.row_number().over(order),
    )
    first = marked.filter(marked["rank"] == 0)
    return first.select(change=first["cid"], said=first["at"], told=first["told"])


def change_share(
    ctx: Context, rows: Any, limit: float, *, any_critical: bool = False, **more: Any
) -> ShareQuestion:
    """A share question over changes, by team and service."""
    return ShareQuestion(
        ctx,
        rows,
        limit,
        kinds=("team", "service"),
        table="change",
        any_critical=any_critical,
        **more,
    )
