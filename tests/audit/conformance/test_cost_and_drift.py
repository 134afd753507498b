"""What breaks cost within like cases, and since when a rule is broken more often."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tests.audit.golden.packs import make
from trueup.audit.conformance.examples import BASE
from trueup.audit.conformance.judging import apply
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped
from trueup.audit.conformance.trends import cost_of, drift_of
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.context import Context

GEN_04 = next(rule for rule in shipped() if rule.id == "GEN-04")


def reopened(folder: Path, per_side: int) -> Context:
    """Priority 1 takes 2 h and is reopened twice in a quarter of the cases, priority 3 takes 50 h
    and is in three quarters; a second reopening adds 10 h in both.
    """
    records: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for i in range(4 * per_side):
        urgent = i % 2 == 0
        twice = (i // 2) % 4 == 0 if urgent else (i // 2) % 4 != 0
        hours = (2 if urgent else 50) + (10 if twice else 0) + i % 3 * 0.1
        id = f"R{i}"
        records.append({
            "id": id, "kind": "incident", "state": "closed", "category": "net",
            "priority": 1 if urgent else 3, "opened_at": BASE,
            "resolved_at": BASE + timedelta(hours=hours),
        })  # fmt: skip
        for k in range(2 if twice else 1):
            at = BASE + timedelta(hours=1 + k)
            events.append({
                "seq": len(events) + 1, "entity": "record", "entity_id": id,
                "activity": "reopened", "at_occurred": at, "at_recorded": at,
            })  # fmt: skip
    return context_of(make(folder, record=records, event=events))


def test_the_cost_is_compared_within_priority_and_category(tmp_path: Path) -> None:
    ctx = reopened(tmp_path, 40)
    cost = cost_of(ctx, apply(ctx, GEN_04))
    assert cost is not None
    assert (cost.broke, cost.kept, cost.strata) == (80, 80, 2)
    assert cost.low < 10 < cost.high
    assert abs(cost.hours - 10) < 0.2
    assert cost.raw > 30, "unlike cases compared would say three times as much"


def test_too_few_cases_have_no_cost(tmp_path: Path) -> None:
    ctx = reopened(tmp_path, 8)
    assert cost_of(ctx, apply(ctx, GEN_04)) is None


def weeks(rates: list[float], per_week: int = 40) -> tuple[np.ndarray[Any, Any], Any]:
    first = np.datetime64("2025-09-01T08:00", "us")
    at, hit = [], []
    for week, rate in enumerate(rates):
        for i in range(per_week):
            at.append(first + np.timedelta64(7 * week, "D") + np.timedelta64(i, "h"))
            hit.append(i < rate * per_week + week % 3)
    return np.array(at), np.array(hit)


def test_a_rate_that_doubles_has_a_date(tmp_path: Path) -> None:
    ctx = context_of(make(tmp_path, record=[]))
    found = drift_of(ctx, "X", *weeks([0.2] * 12 + [0.5] * 12))
    assert found is not None
    assert (str(found.week), found.weeks) == ("2025-11-24", 24)
    assert found.p < 0.01
    assert found.before < 0.26 < 0.5 < found.after


def test_a_steady_rate_has_none_and_a_week_without_cases_no_answer(tmp_path: Path) -> None:
    ctx = context_of(make(tmp_path, record=[]))
    steady = drift_of(ctx, "X", *weeks([0.3] * 24))
    assert steady is None or steady.p > 0.01
    at, hit = weeks([0.3] * 24)
    gap = (at < np.datetime64("2025-10-06")) | (at >= np.datetime64("2025-10-13"))
    assert drift_of(ctx, "X", at[gap], hit[gap]) is None


def test_case_fitness_counts_mandatory_rules_only(tmp_path: Path) -> None:
    """Never closed and reopened twice: expected rules only, so their breaks make no case unfit."""
    found = conformance_of(reopened(tmp_path, 8))
    broken = {one.rule.id for one in found.rules if one.broken}
    assert broken == {"GEN-03", "GEN-04"}
    assert all(one.fitting == one.cases for one in found.fitness)
