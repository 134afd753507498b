"""A timer fires once, whatever dies meanwhile, and one that fails stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import people
from trueup.core.actors import SYSTEM
from trueup.desk.base import timers, verbs
from trueup.desk.base.models import Timer

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def fired(monkeypatch) -> list[str]:
    seen: list[str] = []
    monkeypatch.setitem(timers._handlers, "ring", lambda timer: seen.append(timer.payload["n"]))
    return seen


@pytest.fixture
def subject():
    return people.person("alice").pk


def test_it_fires_when_due_and_only_then_and_once(fired, subject) -> None:
    timers.arm(subject, "ring", NOW + timedelta(hours=1), {"n": "a"}, SYSTEM)
    assert timers.fire_due(NOW) == 0
    assert timers.fire_due(NOW + timedelta(hours=2)) == 1
    assert timers.fire_due(NOW + timedelta(hours=3)) == 0
    assert fired == ["a"]


def test_arming_again_moves_it(fired, subject) -> None:
    timers.arm(subject, "ring", NOW, {"n": "a"}, SYSTEM)
    timers.arm(subject, "ring", NOW + timedelta(hours=5), {"n": "b"}, SYSTEM)
    assert timers.fire_due(NOW + timedelta(hours=1)) == 0
    assert timers.fire_due(NOW + timedelta(hours=6)) == 1
    assert fired == ["b"]


def test_a_dropped_one_never_fires(fired, subject) -> None:
    timers.arm(subject, "ring", NOW, {"n": "a"}, SYSTEM)
    assert timers.drop(subject, "ring") == 1
    assert timers.fire_due(NOW + timedelta(hours=1)) == 0


def test_a_failing_one_rolls_back_waits_and_stops_no_other(fired, subject, monkeypatch) -> None:
    def breaks(timer: Timer) -> None:
        verbs.add_team(name="half done", actor=SYSTEM)
        raise RuntimeError("no")

    monkeypatch.setitem(timers._handlers, "broken", breaks)
    timers.arm(subject, "broken", NOW - timedelta(hours=1), {}, SYSTEM)
    timers.arm(subject, "ring", NOW, {"n": "a"}, SYSTEM)
    assert timers.fire_due(NOW) == 1
    assert fired == ["a"]
    timer = Timer.objects.get(name="broken")
    assert (timer.state, timer.attempts) == ("armed", 1)
    assert "RuntimeError" in timer.trouble
    assert not people.Team.objects.filter(name="half done").exists()


def test_after_the_last_attempt_somebody_has_to_look(subject, monkeypatch) -> None:
    def breaks(timer: Timer) -> None:
        raise RuntimeError("no")

    monkeypatch.setitem(timers._handlers, "broken", breaks)
    timers.arm(subject, "broken", NOW, {}, SYSTEM)
    for hour in range(10):
        timers.fire_due(NOW + timedelta(hours=hour))
    timer = Timer.objects.get(name="broken")
    assert (timer.state, timer.attempts) == ("stuck", timers.MOST_ATTEMPTS)


def test_one_taken_by_a_worker_that_died_is_taken_again_after_the_lease(fired, subject) -> None:
    timers.arm(subject, "ring", NOW, {"n": "a"}, SYSTEM)
    assert timers._take(NOW) is not None
    assert timers.fire_due(NOW) == 0
    assert timers.fire_due(timezone.now() + timers.LEASE * 2) == 1
    assert fired == ["a"]
