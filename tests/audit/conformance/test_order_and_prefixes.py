"""Order is partial, open cases are prefixes, and what nobody recorded is grey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import make
from trueup.audit.conformance.examples import tables, timed
from trueup.audit.conformance.judging import Applied, apply
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped

RULES = {rule.id: rule for rule in shipped()}


def applied(folder: Path, id: str, case: dict[str, Any], chained: bool = False) -> Applied:
    rows = tables(RULES[id], case)
    for event in rows.get("event", ()):
        if chained:
            event["hash"] = f"h{event['seq']}"
    return apply(context_of(make(folder, **rows)), RULES[id])


def test_equal_instants_without_a_recorded_order_break_nothing(tmp_path: Path) -> None:
    case = {"record": [{"id": "R1"}], "event": [["R1", "closed", "1h"], ["R1", "assigned", "1h"]]}
    case["record"] += [{"id": "R2"}]
    assert applied(tmp_path / "a", "GEN-01", case).broken.tolist() == [False]
    assert applied(tmp_path / "b", "GEN-01", case, chained=True).broken.tolist() == [True]


def test_a_recorded_order_decides_a_precedence_at_one_instant(tmp_path: Path) -> None:
    case = {"record": [{"id": "R1"}], "event": [["R1", "resolved", "1h"], ["R1", "triaged", "1h"]]}
    assert applied(tmp_path / "a", "INC-01", case).broken.tolist() == [False]
    assert applied(tmp_path / "b", "INC-01", case, chained=True).broken.tolist() == [True]


def test_a_date_is_the_whole_day(tmp_path: Path) -> None:
    case = {
        "agreement": [
            {"id": "G1", "kind": "contract", "notice_by": "5d", "renewal_decided_on": "5d"}
        ]
    }
    assert applied(tmp_path, "SUP-01", case).broken.tolist() == [False]


@pytest.mark.parametrize(("paused", "verdict"), [("115d", []), ("90d", [True])])
def test_an_open_wait_counts_when_time_has_decided_it(
    tmp_path: Path, paused: str, verdict: list[bool]
) -> None:
    """The audit's instant is 121 days after the base."""
    case = {
        "record": [{"id": "R1", "state": "waiting"}, {"id": "R2", "opened_at": "-400d"}],
        "event": [["R1", "paused", paused], ["R2", "resumed", "-399d"]],
    }
    found = applied(tmp_path, "GEN-08", case)
    assert found.broken.tolist() == verdict
    assert found.undecided == 1 - len(verdict)


def test_an_open_case_has_not_kept_a_limit_yet(tmp_path: Path) -> None:
    case = {
        "record": [{"id": "R1", "state": "open"}, {"id": "R2"}],
        "event": [["R1", "reopened", "1h"], ["R2", "reopened", "1h"]],
    }
    found = applied(tmp_path, "GEN-04", case)
    assert found.rows["case"].to_pylist() == ["R2"]
    assert found.undecided == 1


def test_what_is_not_recorded_is_named(tmp_path: Path) -> None:
    case = {"record": [{"id": "R1"}], "event": [["R1", "resolved", "1h"]]}
    assert applied(tmp_path, "INC-01", case).missing == ("event.activity=triaged",)
    assert applied(tmp_path / "b", "CHG-01", case).missing


def test_a_sealed_log_that_never_triaged_broke_the_rule(tmp_path: Path) -> None:
    """In a log of record an act that is not there was not done."""
    case = {"record": [{"id": "R1"}], "event": [["R1", "resolved", "1h"]]}
    assert applied(tmp_path, "INC-01", case, chained=True).broken.tolist() == [True]


def test_working_days_skip_the_weekend_and_clock_hours_do_not(tmp_path: Path) -> None:
    """Resolved on Friday, closed on Monday two weeks later: six working days, 244 hours."""
    case = {
        "record": [{"id": "R1"}],
        "event": [["R1", "resolved", "4d"], ["R1", "closed", "14d4h"]],
    }
    found = applied(tmp_path, "GEN-03", case)
    assert found.waited.tolist() == [6.0]
    assert found.clock.tolist() == [244.0]


def test_robots_are_nobody(tmp_path: Path) -> None:
    rows = tables(RULES["INC-08"], RULES["INC-08"].breaks)
    for event in rows["event"]:
        event["actor_kind"] = "robot"
    found = apply(context_of(make(tmp_path, **rows)), RULES["INC-08"])
    assert len(found.broken) == 0


def test_the_priority_is_the_one_known_at_the_opening(tmp_path: Path) -> None:
    """Raised to 1 after two days: the half hour after the opening was never promised."""
    case = {
        "record": [{"id": "R1", "priority": 1}, {"id": "R2", "priority": 1}],
        "event": [["R1", "priority_changed", "2d", {"old": 3, "new": 1}]],
        "message": [{"record": "R1", "at": "1d"}, {"record": "R2", "at": "1d"}],
    }
    found = applied(tmp_path, "INC-02", case)
    assert found.rows["case"].to_pylist() == ["R2"]


def test_only_what_happened_in_the_period_counts(tmp_path: Path) -> None:
    rows = tables(RULES["GEN-04"], RULES["GEN-04"].breaks)
    rows["record"][0] = timed("record", {"id": "R1", "kind": "incident", "state": "closed",
                                         "opened_at": "-400d"})  # fmt: skip
    assert len(apply(context_of(make(tmp_path, **rows)), RULES["GEN-04"]).broken) == 0
