"""What became of the findings of earlier audits, as the pack records it (2.6, part 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trueup.audit.context import Context
from trueup.audit.result import day

MOST = 200


def earlier(ctx: Context) -> tuple[dict[str, str], ...]:
    """One row per recorded finding: id, check, grade, opened, and what became of it.

    `became` is the result of a closed finding (effective, partly, not_effective, unproven,
    accepted; closed where none is recorded), overdue where an action of it is past its day and
    not done, else open. Those still open come first, then the newest.
    """
    if not ctx.has("finding"):
        return ()
    late = _overdue(ctx)
    table = ctx.table("finding")
    known = table.filter(table["opened_at"] <= ctx.now)
    rows = ctx.rows(known.select("id", "check", "grade", "opened_at", "closed_at", "result"))
    told = [_row(row, ctx.as_of, late) for row in rows]
    told.sort(key=lambda r: r["id"])
    told.sort(key=lambda r: r["opened"], reverse=True)
    told.sort(key=lambda r: r["became"] not in ("overdue", "open"))
    return tuple(told[:MOST])


def _row(row: dict[str, Any], now: datetime, late: set[str]) -> dict[str, str]:
    closed = row["closed_at"] is not None and row["closed_at"] <= now
    ended = row["result"] or "closed"
    became = ended if closed else "overdue" if row["id"] in late else "open"
    return {
        "id": str(row["id"]),
        "check": str(row["check"]),
        "grade": str(row["grade"] or ""),
        "opened": day(row["opened_at"].date()),
        "became": became,
    }


def _overdue(ctx: Context) -> set[str]:
    """The findings with an action that is past its day and not done."""
    if not ctx.has("action.finding", "action.due"):
        return set()
    action = ctx.table("action")
    open_ = action["done_at"].isnull() | (action["done_at"] > ctx.now)
    late = action.filter(open_ & (action["due"] < ctx.today))
    return {str(row["finding"]) for row in ctx.rows(late.select("finding").distinct())}
