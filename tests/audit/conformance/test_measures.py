"""Push to front, closing, deadline, duties, versions and the mix of ways, each by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.audit.golden.packs import START, make
from trueup.audit.conformance import flow
from trueup.audit.conformance.closing import at_month_end, mass_closing
from trueup.audit.conformance.deadline import deadline
from trueup.audit.conformance.duties import ACTS, TYPE, duties_of
from trueup.audit.conformance.fitness import fitness_by_version
from trueup.audit.conformance.front import push_to_front
from trueup.audit.conformance.judging import apply
from trueup.audit.conformance.mix import mix_of
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped
from trueup.audit.conformance.versions import drawn, named, versions
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.context import Context

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def record(id: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "incident", "state": "closed", "opened_at": at, **more}


def happened(id: str, activity: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"entity": "record", "entity_id": id, "activity": activity, "at_occurred": at,
            "at_recorded": at, **more}  # fmt: skip


def pack(
    folder: Path, records: list[Any], events: list[dict[str, Any]] | None = None, **more: Any
) -> Context:
    told = [{"seq": i + 1, **event} for i, event in enumerate(events or [])]
    return context_of(make(folder, record=records, **({"event": told} if told else {}), **more))


def test_what_each_entry_team_solves_adjusted_for_category(tmp_path: Path) -> None:
    """North has 50 easy and 10 hard, South 10 and 50; both solve 9 of 10 easy, 1 of 5 hard.

    Raw North solves 47 of 60 and South 19 of 60; in like categories both 0.55. Deep is no first
    line; a team with fewer than 50 cases is not named.
    """
    records, events = [], []
    for team, easy, hard in (("North", 50, 10), ("South", 10, 50), ("Small", 10, 5)):
        for category, n, solved in (("easy", easy, 0.9), ("hard", hard, 0.2)):
            for i in range(n):
                id = f"{team}-{category}-{i}"
                records.append(record(id, START, category=category))
                events.append(happened(id, "assigned", START, team=team, level=1))
                if i >= solved * n:
                    events.append(happened(id, "assigned", START + HOUR, team="Deep", level=2))
    for i in range(50):
        records.append(record(f"D{i}", START, category="deep"))
        events.append(happened(f"D{i}", "assigned", START, team="Deep", level=2))
    found = push_to_front(pack(tmp_path, records, events))
    by = {team.team: team for team in found.teams}
    assert set(by) == {"North", "South", "Deep"}
    assert (found.cases, found.front) == (185, 47 + 19 + 10)
    assert (by["North"].front, by["South"].front) == (47, 19)
    assert by["North"].adjusted == pytest.approx(by["South"].adjusted)
    assert not by["Deep"].first_line
    assert {team.team for team in found.lines} == {"North", "South"}


def test_without_a_support_line_it_is_grey(tmp_path: Path) -> None:
    ctx = pack(tmp_path, [record("R", START)], [happened("R", "opened", START, team="a")])
    assert push_to_front(ctx).not_recorded == ("event.level",)


def test_the_last_two_working_days_of_a_month(tmp_path: Path) -> None:
    """January 2026 ends on a Saturday: Thursday 29 is its last but one working day."""
    ctx = pack(tmp_path, [record("R", START)])
    days = np.array([f"2026-01-{d}" for d in (28, 29, 30, 31)], "datetime64[D]")
    assert at_month_end(ctx, days).tolist() == [False, True, True, True]
    other = np.array(["2026-02-25", "2026-02-26", "2026-05-27", "2026-05-30"], "datetime64[D]")
    assert at_month_end(ctx, other).tolist() == [False, True, False, True]


def closed(n: int, at: datetime, gap: timedelta) -> list[dict[str, Any]]:
    return [record(f"{at:%m%d}-{i}", START, closed_at=at + i * gap) for i in range(n)]


def test_heaps_and_the_end_of_the_month(tmp_path: Path) -> None:
    """Two a day on 60 days, and 100 on one Wednesday within 50 minutes."""
    first = datetime(2025, 9, 1, 8, tzinfo=UTC)
    rows = [r for d in range(60) for r in closed(2, first + d * DAY, HOUR)]
    rows += closed(100, datetime(2025, 9, 17, 14, tzinfo=UTC), timedelta(seconds=30))
    found = mass_closing(pack(tmp_path, rows))
    assert (found.closings, found.fullest, found.on_fullest) == (220, date(2025, 9, 17), 102)
    assert (found.heavy_days, found.heaped) == (1, 102)
    assert found.month_end is not None
    assert found.month_end.value == pytest.approx(6 / 220), "29 and 30 September, 30 October"
    assert found.even == pytest.approx(3 / 44)


def test_few_closings_are_grey(tmp_path: Path) -> None:
    ctx = pack(tmp_path, closed(29, START, HOUR))
    assert mass_closing(ctx).grey == "29 closings; 30 are needed"


def promised(
    tmp_path: Path, pauses: list[float], lowered: list[float], used: list[float]
) -> Context:
    """Records promised within 100 hours: when they were paused, lowered, and how long they took."""
    n = max(len(pauses), len(lowered), len(used))
    records, events, results = [], [], []
    for i in range(n):
        id = f"R{i}"
        took = used[i] if i < len(used) else 1.0
        records.append(record(id, START, requester="u", resolved_at=START + 100 * took * HOUR))
        results.append({"record": id, "metric": "resolve", "target": "T", "met": took <= 1,
                        "due_at": START + 100 * HOUR, "elapsed_min": 6000 * took})  # fmt: skip
        if i < len(pauses):
            at = START + 100 * pauses[i] * HOUR
            events.append(happened(id, "paused", at, waiting_for="customer"))
        if i < len(lowered):
            at = START + 100 * lowered[i] * HOUR
            events.append(happened(id, "priority_changed", at, old="2", new="3"))
    target = [{"id": "T", "agreement": "A", "metric": "resolve", "value": 100.0, "unit": "hours"}]
    return pack(tmp_path, records, events, target_result=results, target=target,
                person=[{"id": "u"}], agreement=[{"id": "A", "kind": "sla"}])  # fmt: skip


def test_pauses_and_downgrades_near_the_promise(tmp_path: Path) -> None:
    """40 records over the whole promised time: 15 pauses in the last 15 %, 17 before; so the rate
    there is 15/(40·0.15) against 17/(40·0.85), 5 times as much. Downgrades: 8 against 8 times.
    """
    ctx = promised(tmp_path, [0.9] * 15 + [0.5] * 17, [0.95] * 8 + [0.1] * 8, [1.0] * 40)
    found = deadline(ctx)
    assert (found.pauses.late, found.pauses.early) == (15, 17)
    assert found.pauses.ratio is not None
    assert found.pauses.ratio.value == pytest.approx((15 / 6) / (17 / 34))
    assert found.pauses.ratio.low > 1
    d = found.downgrades
    late, early = 8 * 0.15 + 24 * 0.2, 8 * 0.1 + 32 * 0.8
    assert d.ratio is not None
    assert d.ratio.value == pytest.approx((8 / late) / (8 / early))


def test_density_at_the_line_and_what_is_too_few(tmp_path: Path) -> None:
    ctx = promised(tmp_path, [0.5] * 3, [0.5] * 3, [0.95] * 20 + [1.05] * 4 + [0.3] * 10)
    found = deadline(ctx)
    assert (found.line.timed, found.line.before, found.line.after) == (34, 20, 4)
    assert found.line.p < 0.01
    assert found.pauses.grey == "3 pauses in a promised time; 20 are needed"
    assert found.downgrades.grey == "3 downgrades in a promised time; 10 are needed"


def test_without_promises_all_of_it_is_grey(tmp_path: Path) -> None:
    found = deadline(pack(tmp_path, [record("R", START)], [happened("R", "paused", START)]))
    assert found.line.not_recorded == ("target_result.elapsed_min", "target.value")
    assert "target_result.due_at" in found.pauses.not_recorded
    assert "event.activity=priority_changed" in found.downgrades.not_recorded


def test_one_person_for_two_acts(tmp_path: Path) -> None:
    """Three changes: p1 proposed and approved K0, implemented and approved K1; K2 is clean."""
    records = [{"id": f"K{i}", "kind": "change", "state": "closed", "opened_at": START,
                "requester": "p1" if i == 0 else "p9"} for i in range(3)]  # fmt: skip
    change = [{"record": f"K{i}", "type": "normal", "start": START + 2 * DAY,
               "implementer": "p1" if i == 1 else "p8"} for i in range(3)]  # fmt: skip
    yes = [{"id": f"A{i}", "entity": "change", "entity_id": f"K{i}", "decision": "approved",
            "approver": "p1" if i < 2 else "p7", "at": START + DAY} for i in range(3)]  # fmt: skip
    people = [{"id": f"p{i}"} for i in range(10)]
    ctx = context_of(make(tmp_path, record=records, change=change, approval=yes, person=people))
    found = duties_of(conformance_of(ctx).rules)
    by = {duty.rule: duty for duty in found.judged}
    assert (by["CHG-03"].cases, by["CHG-03"].broken_cases) == (3, 1)
    assert (by["CHG-04"].acts, by["CHG-04"].broken_cases) == ("implemented and approved", 1)
    assert found.broken_cases == 2
    assert "REL-03" in found.unjudged


def test_every_rule_of_two_people_has_its_words() -> None:
    assert set(ACTS) == {rule.id for rule in shipped() if rule.type == TYPE}


def test_the_version_of_the_start_judges(tmp_path: Path) -> None:
    """R0 began with 1 and moved to 2; R1 began with 2; R2 names none. R1 broke GEN-01."""
    events = [
        happened("R0", "opened", START, field="model_version", new="1"),
        happened("R0", "edited", START + HOUR, field="model_version", old="1", new="2"),
        happened("R1", "edited", START + HOUR, field="model_version", new="2"),
        *(happened(f"R{i}", "closed", START + 2 * HOUR) for i in range(3)),
        happened("R1", "assigned", START + 3 * HOUR),
    ]
    ctx = pack(tmp_path, [record(f"R{i}", START) for i in range(3)], events)
    assert named(ctx)
    got = {r["record"]: r["version"] for r in ctx.rows(versions(ctx))}
    assert got == {"R0": "1", "R1": "2"}
    rule = next(rule for rule in shipped() if rule.id == "GEN-01")
    found = fitness_by_version(ctx, [rule], [apply(ctx, rule)])
    assert [(f.version, f.cases, f.fitting) for f in found] == [("1", 1, 1), ("2", 1, 0)]


def test_a_migration_alone_names_the_version_before_it(tmp_path: Path) -> None:
    moved = happened("R0", "edited", START + HOUR, field="model_version", old="1", new="2")
    ctx = pack(tmp_path, [record("R0", START)], [moved])
    assert [r["version"] for r in ctx.rows(versions(ctx))] == ["1"]


def test_a_log_that_names_no_version_has_none(tmp_path: Path) -> None:
    ctx = pack(tmp_path, [record("R0", START)], [happened("R0", "opened", START, field="team")])
    assert not named(ctx)


def test_the_version_of_a_drawing(tmp_path: Path) -> None:
    for file in ("incident@2.bpmn", "process.bpmn"):
        (tmp_path / file).write_text("", "utf-8")
    assert drawn(tmp_path / "process.bpmn").number == ""
    (tmp_path / "model.toml").write_text('name = "incident"\nnumber = 3\n', "utf-8")
    assert drawn(tmp_path / "process.bpmn").number == "3"
    two = drawn(tmp_path / "incident@2.bpmn")
    assert [two.is_of(v) for v in ("2", "incident 2", "Incident@2", "3")] == [
        True,
        True,
        True,
        False,
    ]


def mixed(tmp_path: Path, shares: list[float], state: str = "closed") -> Context:
    """Forty cases a week; of those of a week a share goes a-b, the others a-c."""
    records, events = [], []
    for week, share in enumerate(shares):
        for i in range(40):
            id, at = f"R{week:02}-{i:02}", datetime(2025, 9, 1, 8, tzinfo=UTC) + week * 7 * DAY
            last = "b" if i < 40 * share + week % 3 else "c"
            records.append(record(id, at, state=state if week >= len(shares) - 4 else "closed"))
            events += [happened(id, "other", at, source_activity="a"),
                       happened(id, "other", at + HOUR, source_activity=last)]  # fmt: skip
    return pack(tmp_path, records, events)


def found_mix(ctx: Context) -> Any:
    cases = flow.cases_of(ctx, ["incident"])
    return mix_of(ctx, "incident", flow.events_of(ctx, cases), flow.ways(ctx, cases))


def test_since_when_another_way_is_taken(tmp_path: Path) -> None:
    found = found_mix(mixed(tmp_path, [0.8] * 12 + [0.3] * 12))
    assert found.asked == 2
    assert {way for way, _ in found.ways} == {("a", "b"), ("a", "c")}
    assert {str(d.week) for _, d in found.ways} == {"2025-11-24"}
    assert found.top is not None


def test_weeks_whose_cases_are_open_say_nothing(tmp_path: Path) -> None:
    """The last four weeks look changed because nothing of them has ended yet."""
    found = found_mix(mixed(tmp_path, [0.8] * 12 + [0.0] * 4, state="open"))
    assert found.ways == ()
    assert found.top is None
