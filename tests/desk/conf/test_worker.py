"""The worker runs what is registered, survives failures, and stops when told."""

from __future__ import annotations

import threading
import time

import pytest

from trueup.desk.conf import worker
from trueup.desk.eventlog.ticks import Tick

pytestmark = pytest.mark.django_db


def run_for(ticks: list[Tick], seconds: float) -> None:
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    worker.work(ticks, stop)


def test_a_failing_tick_does_not_hold_up_the_others() -> None:
    runs: list[str] = []

    def fail() -> None:
        runs.append("bad")
        raise ValueError("planted")

    run_for([Tick("bad", fail, 0.01), Tick("good", lambda: runs.append("good"), 0.01)], 0.4)
    assert runs.count("good") > 5
    assert runs.count("bad") == 1


def test_a_slow_tick_does_not_delay_a_quick_one() -> None:
    quick: list[float] = []
    slow = Tick("slow", lambda: time.sleep(0.4), 10)
    run_for([slow, Tick("quick", lambda: quick.append(1), 0.02)], 0.3)
    assert len(quick) > 5


def test_the_pause_grows_with_failures_and_stays_within_a_minute() -> None:
    tick = Tick("t", lambda: None, 2)
    assert worker.pause_after(tick, 0) == 2
    assert worker.pause_after(tick, 1) == 4
    assert worker.pause_after(tick, 3) == 16
    assert worker.pause_after(tick, 99) == worker.LONGEST_PAUSE


def test_the_checkpoint_is_among_what_the_worker_does() -> None:
    assert "database.checkpoint" in {tick.name for tick in worker.discover()}
