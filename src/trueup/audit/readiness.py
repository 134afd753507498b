"""What could be judged, before any verdict: tables, completeness, tier, next best data (9.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from trueup.audit.context import Context
from trueup.audit.judging import Judged
from trueup.audit.result import number
from trueup.core import evidence

TIERS: tuple[tuple[str, ...], ...] = (
    ("record", "person", "customer", "service", "target", "target_result"),
    ("event", "message", "worklog", "outage"),
    ("survey", "provider_guess", "complaint_step", "service_review"),
    (
        "change", "change_ci", "approval", "problem", "release", "release_change", "article",
        "ci", "relation", "ci_sample",
    ),
    (
        "cost", "budget", "forecast", "commitment", "price_list", "purchase", "licence", "asset",
        "agreement", "supplier", "underpinning",
    ),
    ("usage", "capacity", "lost_demand", "revenue", "investment", "benefit"),
    (
        "risk", "risk_event", "control", "control_use", "decision", "recovery_test", "access",
        "privileged_session",
    ),
)  # fmt: skip


NEEDED = {0: "record", 1: "event", 2: "survey"}


def readiness(ctx: Context, judged: Sequence[Judged]) -> dict[str, Any]:
    """Tables with rows and completeness, the tier reached, and the table with the best unlock."""
    tables = [
        {"table": name, "rows": info.rows, "complete": number(complete(ctx, name))}
        for name, info in sorted(ctx.pack.tables.items())
    ]
    return {"tables": tables, "tier": tier(ctx), "next_best_data": next_best(judged)}


def complete(ctx: Context, name: str) -> float:
    """Share of the schema's columns of a table that are recorded at all."""
    columns = evidence.TABLES[name].columns
    return sum(ctx.has(f"{name}.{c.name}") for c in columns) / len(columns)


def tier(ctx: Context) -> int:
    """The highest tier whose tables, and those of all tiers below, are mostly there."""
    reached = 0
    for level, names in enumerate(TIERS):
        there = [name for name in names if ctx.has(name)]
        mostly = NEEDED[level] in there if level in NEEDED else 2 * len(there) >= len(names)
        if not mostly:
            break
        reached = level
    return reached


def next_best(judged: Sequence[Judged]) -> dict[str, Any]:
    """The one table that lets the most measures speak; key measures count double."""
    gain: Counter[str] = Counter()
    unlocks: dict[str, list[str]] = {}
    for j in judged:
        tables = {gap.split(".")[0] for gap in j.missing}
        if j.light != "not_enough_evidence" or len(tables) != 1:
            continue
        table = tables.pop()
        gain[table] += 2 if j.measure.key else 1
        unlocks.setdefault(table, []).append(j.measure.id)
    if not gain:
        return {"table": None, "unlocks": [], "why": "No single table would unlock more."}
    best = min(gain, key=lambda t: (-gain[t], t))
    n = len(unlocks[best])
    noun = "measure" if n == 1 else "measures"
    why = f"With {best} recorded, {n} more {noun} can be judged."
    return {"table": best, "unlocks": sorted(unlocks[best]), "why": why}
