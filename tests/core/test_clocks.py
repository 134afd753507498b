"""Clocks: true pause, due dates that move by business time, and an explanation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trueup.core.calendars import DAYS, Calendar, clock_state

OFFICE = Calendar("UTC", {day: [("08:00", "18:00")] for day in DAYS[:5]})


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_a_pause_moves_the_due_date_by_its_business_time():
    pauses = [(at(2, 17), at(3, 9), "customer")]
    state = clock_state(at(2, 16), None, pauses, 240, OFFICE, at(3, 10))
    assert state.due_at == at(3, 12)
    assert (state.elapsed_min, state.paused_min, state.outside_min) == (120, 120, 14 * 60)
    assert (state.left_min, state.met, state.running) == (120, None, True)
    assert [each.reason for each in state.segments] == ["", "customer", ""]


def test_while_paused_the_due_date_is_as_if_resumed_now():
    state = clock_state(at(2, 9), None, [(at(2, 10), None, "customer")], 120, OFFICE, at(2, 15))
    assert state.due_at == at(2, 16)
    assert not state.running
    assert state.met is None


def test_reached_to_the_minute_is_met_and_one_more_is_not():
    assert clock_state(at(2, 8), at(2, 10), [], 120, OFFICE, at(5, 8)).met is True
    assert clock_state(at(2, 8), at(2, 10, 1), [], 120, OFFICE, at(5, 8)).met is False
    running = clock_state(at(2, 8), None, [], 120, OFFICE, at(2, 11))
    assert (running.met, running.left_min, running.due_at) == (False, -60, at(2, 10))


def test_overlapping_pauses_count_once_and_only_within_the_clock():
    pauses = [(at(2, 7), at(2, 9), "a"), (at(2, 8, 30), at(2, 10), "b"), (at(2, 12), None, "c")]
    state = clock_state(at(2, 8), at(2, 11), pauses, 300, OFFICE, at(4, 8))
    assert (state.elapsed_min, state.paused_min) == (60, 120)


def test_without_a_target_nothing_is_due():
    state = clock_state(at(2, 8), None, [], None, OFFICE, at(2, 9))
    assert (state.due_at, state.left_min, state.met) == (None, None, None)


def test_a_pause_within_closed_hours_moves_nothing():
    plain = clock_state(at(2, 17), None, [], 240, OFFICE, at(3, 9))
    paused = clock_state(at(2, 17), None, [(at(2, 20), at(3, 5), "x")], 240, OFFICE, at(3, 9))
    assert paused.due_at == plain.due_at
    assert paused.paused_min == 0


hours = st.integers(0, 400)


@given(hours, hours, hours, st.integers(1, 3000))
def test_elapsed_and_left_make_the_target_and_a_pause_moves_due_by_itself(a, b, c, target):
    first, second, now = (at(2, 0) + timedelta(hours=each) for each in sorted((a, b, c)))
    state = clock_state(at(2, 0), None, [(first, second, "x")], target, OFFICE, now)
    assert state.elapsed_min + (state.left_min or 0) == target
    assert state.elapsed_min + state.paused_min == OFFICE.business_minutes(at(2, 0), now)
    free = clock_state(at(2, 0), None, [], target, OFFICE, now)
    if free.due_at and state.due_at and free.due_at > first:
        assert OFFICE.business_minutes(free.due_at, state.due_at) == state.paused_min
