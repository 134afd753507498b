"""How the work went, by hand: ways, what follows what, rework, handovers, where time is spent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import make
from trueup.audit.conformance import flow
from trueup.audit.conformance.examples import tables
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped
from trueup.audit.context import Context

RULE = shipped()[0]


def opened(folder: Path, *events: list[Any], **more: Any) -> Context:
    ids = sorted({event[0] for event in events})
    case = {"record": [{"id": id} for id in ids], "event": list(events), **more}
    return context_of(make(folder, **tables(RULE, case)))


WAYS = [(("a", "b"), 6), (("a", "c"), 2)]


def test_ways_top_share_and_entropy() -> None:
    found = flow.spread(WAYS)
    assert (found.cases, found.ways, found.top_share) == (8, 2, 0.75)
    assert found.entropy == pytest.approx(0.811278, abs=1e-6)


def test_one_way_has_no_entropy_and_no_log_no_share() -> None:
    assert flow.spread([(("a",), 5)]).entropy == 0.0
    assert flow.spread([]).cases == 0


def test_what_follows_what_is_weighted_by_cases() -> None:
    assert flow.follows([(("a", "b", "a"), 3), (("a", "b"), 1)]) == [("a", "b", 4), ("b", "a", 3)]


def test_rework_repeats_and_a_b_a() -> None:
    found = flow.rework([(("a", "a", "b"), 2), (("a", "b", "a"), 3), (("a", "b"), 5)])
    assert (found.cases, found.repeated, found.aba) == (10, 5, 3)


def teams(id: str, path: str) -> list[list[Any]]:
    return [[id, "assigned", f"{i + 1}h", {"team": team}] for i, team in enumerate(path)]


def test_both_definitions_of_coming_back(tmp_path: Path) -> None:
    """ABA is both; ABCA comes back to an earlier team, but not by A-B-A; AAB is one move."""
    ctx = opened(tmp_path, *teams("R1", "ABA"), *teams("R2", "ABCA"), *teams("R3", "AAB"))
    found = flow.handovers(ctx, flow.cases_of(ctx))
    assert (found.cases, found.moved_cases, found.moves) == (3, 3, 6)
    assert (found.aba_cases, found.aba_count, found.return_cases) == (1, 1, 2)
    assert found.matrix[0] == ("A", "B", 3, 0)
    assert ("B", "A", 1, 1) in found.matrix


def test_teams_that_touch_first_though_they_are_not_the_first_line(tmp_path: Path) -> None:
    ctx = opened(
        tmp_path,
        ["R1", "assigned", "1h", {"team": "deep", "level": 2}],
        ["R2", "assigned", "1h", {"team": "desk", "level": 1}],
        ["R2", "assigned", "2h", {"team": "deep", "level": 2}],
    )
    assert flow.handovers(ctx, flow.cases_of(ctx)).hidden == (("deep", 1),)


def test_where_time_goes_by_clock_and_by_business_hours(tmp_path: Path) -> None:
    """Queue 2 h, work 1 h, a wait over night: 22 h by the clock, 8 of them open."""
    ctx = opened(
        tmp_path,
        ["R1", "opened", "0h"], ["R1", "started", "2h"],
        ["R1", "paused", "3h", {"waiting_for": "customer"}],
        ["R1", "resumed", "1d1h"], ["R1", "resolved", "1d2h"], ["R1", "closed", "1d3h"],
    )  # fmt: skip
    found = {w.state: w for w in flow.where_time_goes(ctx, flow.case_events(ctx))}
    clock = {state: w.clock_h for state, w in found.items()}
    assert clock == {"queue": 2, "work": 2, "waiting_customer": 22, "done_not_closed": 1}
    assert found["waiting_customer"].business_h == 8
    assert sum(w.clock_share for w in found.values()) == pytest.approx(1.0)


def test_touch_time_over_lead_time(tmp_path: Path) -> None:
    case = {
        "record": [{"id": "R1", "resolved_at": "10h"}],
        "worklog": [{"record": "R1", "minutes": m, "started_at": "1h"} for m in (60, 30)],
    }
    assert flow.touch_share(context_of(make(tmp_path, **tables(RULE, case)))) == 0.15
