"""Followers get every event at least once and act on each once, whatever fails between."""

from __future__ import annotations

import pytest

from tests.desk.eventlog.logs import say
from trueup.desk.eventlog import followers, seal
from trueup.desk.eventlog.followers import Follower, run_followers
from trueup.desk.eventlog.models import DataKey, FollowerPosition

pytestmark = pytest.mark.django_db


class Keeper(Follower):
    """Writes a row for each event, and can be told to break once."""

    name = "keeper"

    def __init__(self) -> None:
        self.break_at = 0
        self.came: list[int] = []

    def handle(self, event):
        self.came.append(event.seq)
        DataKey.objects.create(owner=f"seen:{event.id}", wrapped=b"")
        if event.seq == self.break_at:
            raise ConnectionError("gone")


@pytest.fixture
def keeper(monkeypatch):
    monkeypatch.setattr(followers, "_followers", {})
    made = Keeper()
    followers.register(made)
    return made


def sealed(count):
    for number in range(count):
        say(number)
    seal.seal_pending()


def test_all_events_in_order_once(keeper):
    sealed(5)
    assert run_followers() == 5
    assert run_followers() == 0
    assert keeper.came == [1, 2, 3, 4, 5]


def test_a_failure_undoes_its_work_and_the_event_comes_again(keeper):
    sealed(5)
    keeper.break_at = 3
    assert run_followers() == 2
    position = FollowerPosition.objects.get(name="keeper")
    assert (position.seq, position.failure) == (2, "ConnectionError at 3")
    keeper.break_at = 0
    assert run_followers() == 3
    assert keeper.came == [1, 2, 3, 3, 4, 5]
    assert DataKey.objects.filter(owner__startswith="seen:").count() == 5
    assert FollowerPosition.objects.get(name="keeper").failure == ""


def test_one_that_fails_holds_up_nobody_else(keeper):
    class Other(Keeper):
        name = "other"

        def handle(self, event):
            self.came.append(event.seq)

    other = Other()
    followers.register(other)
    keeper.break_at = 1
    sealed(2)
    run_followers()
    assert other.came == [1, 2]


def test_unsealed_events_are_not_news(keeper):
    say(1)
    assert run_followers() == 0


def test_two_of_one_name_are_refused(keeper):
    class Twin(Follower):
        name = "keeper"

    with pytest.raises(ValueError, match="name of its own"):
        followers.register(Twin())


def test_who_starts_here_is_not_told_of_what_was_before(keeper):
    sealed(3)
    followers.start_here()
    say(9)
    seal.seal_pending()
    assert run_followers() == 1
    assert keeper.came == [4]
