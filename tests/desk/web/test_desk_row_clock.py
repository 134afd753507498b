"""A clock in a row says a bar and words: who waits, what is left, what is over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from trueup.desk.surfaces.web.desk.promise import row_clock

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


@dataclass
class Looked:
    evidence: str = "open"
    opened_at: datetime = NOW - timedelta(hours=4)
    due_at: datetime | None = None
    waiting_for: str = ""
    next_contact_at: datetime | None = None
    resolved_at: datetime | None = None


@pytest.fixture(autouse=True)
def zone():
    with timezone.override("UTC"):
        yield


def due(**after):
    return Looked(due_at=NOW + timedelta(**after))


def test_a_broken_promise_says_by_how_much():
    clock = row_clock(due(minutes=-25), NOW)
    assert (clock.words, clock.tone, clock.over) == ("25 min over", "red", True)


def test_the_last_quarter_of_a_promise_is_amber_and_the_rest_is_not():
    assert row_clock(due(minutes=60), NOW).tone == "amber"
    half = row_clock(due(hours=4), NOW)
    assert (half.tone, half.words, half.used) == ("", "4 h left", 29)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"hours": 3, "minutes": 32}, "3 h 32 left"),
        ({"hours": 23}, "Tomorrow 11:00"),
        ({"days": 1, "hours": 6}, "Tomorrow 18:00"),
        ({"days": 2}, "Fri 12:00"),
        ({"days": 40}, "13 Apr"),
    ],
)
def test_a_promise_is_said_as_people_say_it(after, words):
    assert row_clock(due(**after), NOW).words == words


def test_on_hold_says_for_whom_and_until_when():
    held = Looked("waiting", waiting_for="customer", next_contact_at=NOW + timedelta(days=2))
    clock = row_clock(held, NOW)
    assert (clock.words, clock.held, clock.used) == ("User, until Fri", True, 0)


def test_on_hold_without_a_date_says_only_for_whom():
    held = Looked("waiting", due_at=NOW - timedelta(hours=1), waiting_for="supplier")
    assert row_clock(held, NOW).words == "Supplier"


def test_without_a_promise_it_says_so():
    assert row_clock(Looked(), NOW).words == "No promise"
