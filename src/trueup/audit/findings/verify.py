"""Frozen tests whose day has come: the same measure on the evidence after the freeze (7.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trueup.audit.context import Context, Period
from trueup.audit.declare import Answer, Estimate, Probe
from trueup.audit.result import number


def verifications(ctx: Context) -> list[dict[str, Any]]:
    """One row per frozen test that is due at the audit's as-of instant."""
    if not ctx.has("verification.measure"):
        return []
    table = ctx.table("verification")
    due = table.filter(table["measure"].notnull() & (table["ready_on"] <= ctx.as_of.date()))
    return [_one(ctx, row) for row in ctx.rows(due.order_by("finding", "measure"))]


def _one(ctx: Context, row: dict[str, Any]) -> dict[str, Any]:
    estimate = _after(ctx, row)
    n = estimate.n if estimate else 0
    return {
        "finding": row["finding"],
        "measure": row["measure"],
        "value": number(estimate.value) if estimate else None,
        "low": number(estimate.low) if estimate else None,
        "high": number(estimate.high) if estimate else None,
        "n": n,
        "result": _result(row, estimate),
        "ready_on": row["ready_on"].isoformat(),
    }


def _after(ctx: Context, row: dict[str, Any]) -> Estimate | None:
    """The measure (or check) on what was recorded after the test was frozen."""
    asked = ctx.asks.get(str(row["measure"]))
    frozen = row["frozen_at"]
    if asked is None or frozen is None:
        return None
    last = min(ctx.as_of.date(), row["ready_on"])
    if frozen.date() >= last:
        return None
    later = replace(
        ctx, period=Period.of(frozen.date(), last, ctx.zone), _kept={}, answers={}, asking=asked.id
    )
    raw = later.answer(asked.id)
    if isinstance(raw, Answer) and isinstance(raw.whole, Estimate):
        return raw.whole
    if isinstance(raw, Probe):
        return raw.whole.estimate
    return None


def _result(row: dict[str, Any], e: Estimate | None) -> str:
    """effective, partly (right way, interval covers the old value), not_effective, cannot_tell."""
    baseline, expected = row["baseline"], row["expected"]
    if e is None or e.value is None or baseline is None or expected is None:
        return "cannot_tell"
    if e.n < (row["n_min"] or 0) or e.low is None or e.high is None:
        return "cannot_tell"
    down = expected < baseline
    gained = (baseline - e.value) if down else (e.value - baseline)
    reached = e.value <= expected if down else e.value >= expected
    sure = e.high < baseline if down else e.low > baseline
    if gained <= 0:
        return "not_effective"
    return "effective" if sure and reached else "partly"
