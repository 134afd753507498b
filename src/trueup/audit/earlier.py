"""What became of the findings of earlier audits, as the pack records it (2.6, part 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trueup.audit.context import Context
from trueup.audit.money import months_before
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


def recurring(ctx: Context) -> dict[tuple[str, str], str]:
    """What was closed as solved within the last months before the audit, with its day (2.2, M03).

    By check and scope; a scope is ``kind:id``, the id of a unit, or ``*`` for the whole.
    """
    if not ctx.has("finding.closed_at", "finding.result"):
        return {}
    finding = ctx.table("finding")
    solved = finding.filter((finding["result"] == "effective") & (finding["closed_at"] <= ctx.now))
    since = months_before(ctx.today, int(float(ctx.params["M03.months"])))
    found: dict[tuple[str, str], str] = {}
    for row in ctx.rows(solved.select("check", "scope", "closed_at").order_by("closed_at")):
        if row["closed_at"].date() >= since:
            found[str(row["check"]), scope_of(row["scope"])] = day(row["closed_at"].date())
    return found


def scope_of(text: str | None) -> str:
    """The scope of a recorded finding; ``*`` where it is the whole."""
    plain = (text or "").strip()
    return "*" if plain in ("", "*", "organisation", "organisation:*") else plain


def open_minors(ctx: Context) -> frozenset[str]:
    """The checks with a recorded finding that is graded minor and still open (2.3 e)."""
    if not ctx.has("finding.grade"):
        return frozenset()
    finding = ctx.table("finding")
    still = finding["closed_at"].isnull() | (finding["closed_at"] > ctx.now)
    known = finding.filter(still & (finding["opened_at"] <= ctx.now))
    minor = known.filter(known["grade"].lower() == "minor")
    return frozenset(str(row["check"]) for row in ctx.rows(minor.select("check").distinct()))
