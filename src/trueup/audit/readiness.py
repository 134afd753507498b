"""What could be judged, before any verdict: tables, completeness, tier, next best data (9.1)."""

from __future__ import annotations

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


COLUMNS_TOLD = 2


def readiness(ctx: Context, judged: Sequence[Judged]) -> dict[str, Any]:
    """Tables with rows and completeness, the tier reached, and the table with the best unlock."""
    tables = [
        {"table": name, "rows": info.rows, "complete": number(complete(ctx, name))}
        for name, info in sorted(ctx.pack.tables.items())
    ]
    return {"tables": tables, "tier": tier(ctx), "next_best_data": next_best(ctx, judged)}


def complete(ctx: Context, name: str) -> float:
    """Share of the schema's columns of a table that are recorded at all."""
    columns = evidence.TABLES[name].columns
    return sum(ctx.has(f"{name}.{c.name}") for c in columns) / len(columns)


def tier(ctx: Context) -> int:
    """The highest tier whose tables, and those of all tiers below, are mostly there (9.1).

    Mostly is at least half of them, in each tier alike: one table of four is not tier 1. Below
    tier 0 there is nothing, so a pack of records alone stands there.
    """
    reached = 0
    for level, names in enumerate(TIERS[1:], 1):
        if 2 * sum(ctx.has(name) for name in names) < len(names):
            break
        reached = level
    return reached


def next_best(ctx: Context, judged: Sequence[Judged]) -> dict[str, Any]:
    """The one table with the best unlock value: the weight of the measures it lets speak (7.2).

    Key measures count double; a measure that lacks two tables is unlocked by neither alone, and
    one that a gate holds would not speak afterwards. Where no table is enough alone, it is the one
    that stands before most measures, each shared among the tables it lacks. Of equal ones the
    table of the lowest tier is named (it is the cheapest to get), then the first by name. A table
    that is fully there is never named.
    """
    lacking: dict[str, dict[str, tuple[str, ...]]] = {}
    weight = {j.measure.id: 2 if j.measure.key else 1 for j in judged}
    for j in judged:
        gaps = _gaps(ctx, j)
        if j.light == "not_enough_evidence" and gaps:
            lacking[j.measure.id] = gaps
    alone: dict[str, float] = {}
    shared: dict[str, float] = {}
    for id, gaps in lacking.items():
        if len(gaps) == 1:
            only = next(iter(gaps))
            alone[only] = alone.get(only, 0) + weight[id]
        for table in gaps:
            shared[table] = shared.get(table, 0) + weight[id] / len(gaps)
    gain = alone or shared
    if not gain:
        return {"table": None, "unlocks": [], "why": "No single table would unlock more."}
    best = min(gain, key=lambda t: (-gain[t], _tier_of(t), t))
    mine = {id: gaps[best] for id, gaps in lacking.items() if best in gaps}
    freed = sorted(id for id in mine if len(lacking[id]) == 1)
    wanted = sorted({c for id, gaps in mine.items() if not alone or id in freed for c in gaps})
    return {"table": best, "unlocks": freed, "why": _why(best, wanted, freed, len(mine))}


def _gaps(ctx: Context, judged: Judged) -> dict[str, tuple[str, ...]]:
    """The tables that a measure lacks: the columns, or none where the whole table is missing."""
    gaps: dict[str, tuple[str, ...]] = {}
    for name in judged.missing:
        table, _, column = name.partition(".")
        whole = not column or (not ctx.has(table) and not ctx.pack.unusable(table))
        if not ctx.has(name):
            gaps[table] = () if whole else (*gaps.get(table, ()), name)
    return gaps


def _why(table: str, columns: Sequence[str], freed: Sequence[str], before: int) -> str:
    what = ", ".join(columns) if 0 < len(columns) <= COLUMNS_TOLD else table
    n = len(freed)
    if freed:
        return (
            f"With {what} recorded, {n} more {'measure' if n == 1 else 'measures'} can be judged."
        )
    noun = "measure lacks" if before == 1 else "measures lack"
    return f"No single table would unlock more; {before} {noun} {table} among others."


def _tier_of(table: str) -> int:
    return next((level for level, names in enumerate(TIERS) if table in names), len(TIERS))
