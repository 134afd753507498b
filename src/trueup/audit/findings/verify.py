"""Frozen tests whose day has come: the same measure on the evidence after the freeze (7.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from trueup.audit.context import Context, Period
from trueup.audit.declare import Answer, Estimate, Probe, Unit
from trueup.audit.result import number
from trueup.audit.stats.shrinkage import beta_prior

UNIT_KINDS = ("service", "team", "customer", "ci", "supplier", "person", "line", "agreement",
              "pair", "product", "category", "class", "investment", "risk", "control")  # fmt: skip

LEAST = 30


def verifications(ctx: Context) -> list[dict[str, Any]]:
    """One row per frozen test that is due at the audit's as-of instant."""
    if not ctx.has("verification.measure"):
        return []
    table = ctx.table("verification")
    due = table.filter(table["measure"].notnull() & (table["ready_on"] <= ctx.today))
    scopes = _scopes(ctx)
    rows = ctx.rows(due.order_by("finding", "measure"))
    return [_one(ctx, row, scopes.get(str(row["finding"]), "")) for row in rows]


def _scopes(ctx: Context) -> dict[str, str]:
    """What each finding is about: ``kind:id`` or the id of a unit; empty for the whole."""
    if not ctx.has("finding.scope"):
        return {}
    rows = ctx.rows(ctx.table("finding").select("id", "scope"))
    return {str(row["id"]): str(row["scope"] or "") for row in rows}


def _one(ctx: Context, row: dict[str, Any], scope: str) -> dict[str, Any]:
    estimate, peers = _after(ctx, row, scope)
    n = estimate.n if estimate else 0
    return {
        "finding": row["finding"],
        "measure": row["measure"],
        "value": number(estimate.value) if estimate else None,
        "low": number(estimate.low) if estimate else None,
        "high": number(estimate.high) if estimate else None,
        "n": n,
        "result": _result(row, estimate, peers),
        "ready_on": row["ready_on"].isoformat(),
    }


def _after(ctx: Context, row: dict[str, Any], scope: str) -> tuple[Estimate | None, float | None]:
    """The measure (or check) on what was recorded after the test was frozen.

    A finding about one unit is judged on that unit, never on the whole; beside it stands what
    its peers make likely of the unit before the freeze: a unit chosen because it was the worst
    gets better by chance alone (7.4). The whole has no peers but its own year before: a baseline
    of its worst month falls back by chance as well.
    """
    asked = ctx.asks.get(str(row["measure"]))
    frozen = row["frozen_at"]
    if asked is None or frozen is None:
        return None, None
    first, last = frozen.date(), min(ctx.today, row["ready_on"])
    if first >= last:
        return None, None
    raw = _at(ctx, asked.id, first, last)
    if raw is None:
        return None, None
    units = _units(raw)
    unit = next((u for u in units if scope in (f"{u.kind}:{u.id}", u.id)), None)
    if unit is None and scope.split(":", 1)[0] in UNIT_KINDS and ":" in scope:
        return None, None
    before = _at(ctx, asked.id, first - timedelta(days=365), first)
    if unit is not None:
        return units[unit], _shrunken(_units(before) if before else {}, unit)
    own = _whole(before) if before else None
    return _whole(raw), own.value if own is not None and own.n >= LEAST else None


def _whole(raw: Answer | Probe) -> Estimate | None:
    whole = raw.whole if isinstance(raw, Answer) else raw.whole.estimate
    return whole if isinstance(whole, Estimate) else None


def _at(ctx: Context, id: str, first: date, last: date) -> Answer | Probe | None:
    other = replace(ctx, period=Period.of(first, last, ctx.zone), _kept={}, answers={}, asking=id)
    raw = other.answer(id)
    return raw if isinstance(raw, (Answer, Probe)) else None


def _units(raw: Answer | Probe) -> dict[Unit, Estimate]:
    if isinstance(raw, Answer):
        return dict(raw.by)
    return {case.unit: case.estimate for case in raw.units}


def _shrunken(units: dict[Unit, Estimate], unit: Unit) -> float | None:
    """The unit's share before the freeze, drawn towards its peers; None without three peers."""
    peers = [(u, e) for u, e in units.items() if u.kind == unit.kind and e.value is not None]
    shares = np.array([e.value for _, e in peers], dtype=float)
    n = np.array([e.n for _, e in peers], dtype=float)
    place = next((i for i, (u, _) in enumerate(peers) if u == unit), None)
    if place is None or len(peers) < 3 or (shares < 0).any() or (shares > 1).any():
        return None
    alpha, beta = beta_prior(np.round(shares * n), n)
    return float((shares[place] * n[place] + alpha) / (n[place] + alpha + beta))


def _result(row: dict[str, Any], e: Estimate | None, peers: float | None) -> str:
    """effective, partly (right way, interval covers the old value), not_effective, cannot_tell.

    Where the time before the freeze was as good as expected already, reaching it proves nothing.
    """
    baseline, expected = row["baseline"], row["expected"]
    if e is None or e.value is None or baseline is None or expected is None:
        return "cannot_tell"
    if e.n < (row["n_min"] or 0) or e.low is None or e.high is None:
        return "cannot_tell"
    down = expected < baseline
    if peers is not None:
        baseline = min(baseline, peers) if down else max(baseline, peers)
    gained = (baseline - e.value) if down else (e.value - baseline)
    reached = e.value <= expected < baseline if down else e.value >= expected > baseline
    sure = e.high < baseline if down else e.low > baseline
    if gained <= 0:
        return "not_effective"
    return "effective" if sure and reached else "partly"
