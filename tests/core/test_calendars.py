"""Business time is right to the minute in every zone, calendar and trap."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from tests.core.golden_rows import FILE
from tests.core.oracle import HOLIDAYS, TRAPS, WEEKS, due, is_open, walk
from trueup.audit.stats.business import business_minutes
from trueup.core.calendars import DAYS, Calendar
from trueup.core.openings import micros

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("Europe/Berlin", {day: [("08:00", "18:00")] for day in DAYS[:5]})
ROWS = list(csv.DictReader(FILE.read_text().splitlines()))
places = st.sampled_from(TRAPS)
weeks = st.sampled_from(sorted(WEEKS))


def calendar(zone, week):
    return Calendar(zone, WEEKS[week], HOLIDAYS)


def test_there_are_at_least_400_golden_rows_of_every_zone():
    assert len(ROWS) >= 400
    assert {row["zone"] for row in ROWS} == {zone for zone, _ in TRAPS}


def test_golden_rows():
    wrong = []
    for row in ROWS:
        it = calendar(row["zone"], row["week"])
        start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
        found = (it.business_minutes(start, end), it.add(start, int(row["wanted"])).isoformat())
        if found != (float(row["minutes"]), row["due"]):
            wrong.append((row, found))
    assert wrong == []


@limits(max_examples=60)
@given(places, weeks, st.integers(-3000, 3000), st.integers(0, 3000))
def test_generated_spans_agree_with_the_slow_reference(place, week, shift, length):
    zone, day = place
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=shift)
    end = start + timedelta(minutes=length)
    it = calendar(zone, week)
    assert it.business_minutes(start, end) == walk(zone, week, start, end)
    assert it.is_open(start) == is_open(zone, week, start)


@limits(max_examples=30)
@given(places, weeks, st.integers(-2000, 2000), st.integers(1, 600))
def test_generated_dues_agree_with_the_slow_reference(place, week, shift, wanted):
    zone, day = place
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=shift)
    assert calendar(zone, week).add(start, wanted) == due(zone, week, start, wanted)


@given(places, weeks, st.floats(0, 1e6), st.floats(0, 5000), st.floats(0, 3000))
def test_adding_and_counting_are_each_others_reverse(place, week, shift, later, wanted):
    zone, day = place
    it = calendar(zone, week)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(seconds=round(shift))
    end = it.add(start, wanted)
    assert it.business_minutes(start, end) == pytest.approx(wanted, abs=1e-6)
    assert it.add(start + timedelta(minutes=later), wanted) >= end


@pytest.mark.parametrize("week", sorted(WEEKS))
def test_many_at_once_are_the_same(week):
    dice = np.random.default_rng(7)
    it = calendar("Australia/Lord_Howe", week)
    begin = micros(datetime(2023, 12, 30, tzinfo=UTC))
    start = begin + dice.integers(0, 3 * 365 * 86400, 400) * 1_000_000
    end = start + dice.integers(-86400, 20 * 86400, 400) * 1_000_000
    utc = [datetime.fromtimestamp(int(s) / 1e6, UTC) for s in start]
    until = [datetime.fromtimestamp(int(e) / 1e6, UTC) for e in end]
    one_by_one = [it.business_minutes(a, b) for a, b in zip(utc, until, strict=True)]
    assert business_minutes(it, start, end).tolist() == one_by_one


def test_four_hours_from_five_in_the_afternoon_end_at_eleven():
    start = datetime(2026, 3, 31, 17, tzinfo=BERLIN)
    assert OFFICE.add(start, 240) == datetime(2026, 4, 1, 11, tzinfo=BERLIN)


def test_a_night_with_a_clock_change_is_as_long_as_it_was():
    always = Calendar("Europe/Berlin", {day: [("00:00", "24:00")] for day in DAYS})
    start, end = datetime(2026, 3, 28, 18, tzinfo=BERLIN), datetime(2026, 3, 29, 18, tzinfo=BERLIN)
    assert always.business_minutes(start, end) == 23 * 60


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        Calendar("Mars/Base", {})
    with pytest.raises(ValueError, match="no day"):
        Calendar("UTC", {"montag": []})
    with pytest.raises(ValueError, match="time of day"):
        Calendar("UTC", {"mon": [("08:00", "25:00")]})
    with pytest.raises(ValueError, match="never open"):
        Calendar("UTC", {}).add(datetime(2026, 1, 1, tzinfo=UTC), 1)
    with pytest.raises(ValueError, match="forward"):
        OFFICE.add(datetime(2026, 1, 1, tzinfo=UTC), -1)
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.is_open(datetime(2026, 1, 1))
    assert (
        OFFICE.business_minutes(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
        == 0
    )


def test_a_holiday_closes_the_day():
    closed = Calendar("Europe/Berlin", OFFICE.week, frozenset({date(2026, 4, 3)}))
    noon = datetime(2026, 4, 3, 12, tzinfo=BERLIN)
    assert OFFICE.is_open(noon)
    assert not closed.is_open(noon)
