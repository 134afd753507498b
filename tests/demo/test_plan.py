"""The plan: the same for the same seed and instant, in order, and like a real year."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from trueup.demo import plan
from trueup.demo.acts import Act
from trueup.demo.cast import CLIENTS, CREWS, HOUSE, ROBOT
from trueup.demo.hours import BERLIN
from trueup.demo.population import users_of

NOW = datetime(2026, 11, 25, 15, 20, tzinfo=UTC)
FREE = frozenset({date(2025, 12, 25), date(2025, 12, 26), date(2026, 5, 1)})


@pytest.fixture(scope="module")
def acts() -> list[Act]:
    return plan.history(NOW, FREE)


def of(acts: list[Act], verb: str) -> list[Act]:
    return [act for act in acts if act.verb == verb]


def test_it_is_the_same_again_and_another_with_another_seed(acts: list[Act]) -> None:
    assert plan.history(NOW, FREE) == acts
    assert plan.history(NOW, FREE, seed=8) != acts


def test_a_year_of_records_ends_before_now(acts: list[Act]) -> None:
    opened = of(acts, "report")
    assert 2000 <= len(opened) <= 2300
    assert NOW - timedelta(days=366) < opened[0].at < NOW - timedelta(days=360)
    assert acts[-1].at < NOW
    assert acts == sorted(acts, key=lambda act: act.place)


def test_no_act_of_a_record_stands_before_the_one_before_it(acts: list[Act]) -> None:
    per_record: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        per_record[act.record].append(act)
    for story in per_record.values():
        assert story[0].verb == "report"
        assert [act.order for act in story] == sorted(act.order for act in story)


def test_people_report_in_the_morning_and_on_working_days(acts: list[Act]) -> None:
    local = [act.at.astimezone(BERLIN) for act in of(acts, "report")]
    by_day = Counter(at.weekday() for at in local)
    assert by_day[0] > by_day[4] > 10 * max(by_day[5], by_day[6])
    assert sum(8 <= at.hour < 12 for at in local) > sum(13 <= at.hour < 17 for at in local)


def test_everybody_who_acts_is_known(acts: list[Act]) -> None:
    known = {ROBOT, "system", *(name for crew in CREWS for name in crew.people)}
    known |= {client.manager for client in CLIENTS} | {name for name, _ in HOUSE.values()}
    known |= {name for names in users_of(plan.SEED).values() for name in names}
    assert {act.who for act in acts} <= known


@pytest.mark.parametrize("hour", [3, 9, 14, 22])
def test_at_every_hour_something_is_new_late_waiting_and_to_be_confirmed(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    last: dict[int, str] = {}
    for act in plan.history(now, FREE, records=200):
        last[act.record] = act.verb
    ends = Counter(last.values())
    assert ends["report"] >= 3
    assert ends["start"] >= 8
    assert ends["ask"] >= 2
    assert ends["resolve"] >= 4
