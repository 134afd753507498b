"""The clock that explains itself: what ran and what is left add up to what was promised."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from trueup.core.calendars import Calendar, clock_state
from trueup.desk.surfaces.web.desk.clock import explain

WEEK = {day: [("07:00", "19:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS = Calendar("UTC", WEEK)
START = datetime(2026, 3, 4, 8, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def zone():
    with timezone.override("UTC"):
        yield


def clock(now, pauses=(), target=480, stop=None):
    state = clock_state(START, stop, pauses, target, HOURS, now)
    return explain("resolve", state, HOURS, now, "Agreement"), state


def test_the_sum_adds_up():
    asked = START + timedelta(minutes=77)
    pause = (asked, asked + timedelta(minutes=62), "customer")
    told, state = clock(START + timedelta(hours=5, minutes=30), [pause])
    assert [(line.swatch, line.amount) for line in told.lines] == [
        ("run", "4 h 28"),
        ("pause", "1 h 02"),
        ("off", "none"),
    ]
    assert (told.total, told.total_amount) == ("Of 8 h left", "3 h 32")
    assert state.elapsed_min + state.left_min == 480
    assert told.title == "Promise: solved by 17:07"


def test_a_night_outside_the_hours_is_said_and_counts_nothing():
    told, _ = clock(START + timedelta(days=1))
    assert told.lines[-1].amount == "12 h"
    assert told.state == "4 h over"
    assert told.tone == "red"
    assert told.total == "Of 8 h over"


def test_a_kept_promise_is_green_and_says_so():
    told, _ = clock(START + timedelta(hours=3), stop=START + timedelta(hours=2))
    assert (told.state, told.tone) == ("kept", "green")


def test_the_drawing_leaves_the_night_out():
    told, _ = clock(START + timedelta(days=1))
    assert told.chart.count('class="k-run"') == 2
    assert "c-plumb" in told.chart
