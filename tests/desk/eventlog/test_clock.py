"""A past is played only into a demo that is being loaded, forward, and never into the future."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.eventlog.logs import say
from trueup.core.refusals import Broken
from trueup.desk.eventlog import clock, reads, seal, verify
from trueup.desk.eventlog.models import Event
from trueup.desk.eventlog.verbs import playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    (settings.HOME / clock.MARK).touch()
    return settings.HOME


def test_a_played_event_bears_the_clock_and_the_log_stays_sound(demo):
    then = timezone.now() - timedelta(days=30)
    with playing() as set_clock:
        set_clock(then)
        say(1)
        set_clock(then - timedelta(days=1))
        say(2)
    say(3)
    recorded = list(Event.objects.order_by("id").values_list("at_recorded", flat=True))
    assert recorded[:2] == [then, then]
    assert timezone.now() - recorded[2] < timedelta(minutes=1)
    seal.seal_pending()
    seal.checkpoint()
    assert verify.verify().sound


def test_what_is_played_can_be_read_at_once(demo):
    with playing() as set_clock:
        set_clock(timezone.now() - timedelta(days=30))
        say(1, text="my knee hurts")
        say(2)
        told = reads.events_of("record", "r1", private=True)
        assert [event.payload["text"] for event in told] == ["my knee hurts"]
    assert list(Event.objects.order_by("id").values_list("entity_id", flat=True)) == ["r1", "r2"]


def test_the_future_cannot_be_played(demo):
    with playing() as set_clock, pytest.raises(Broken):
        set_clock(timezone.now() + timedelta(minutes=1))


@pytest.mark.parametrize("missing", ["setting", "mark", "loading"])
def test_a_desk_that_is_no_fresh_demo_has_no_past(demo, settings, missing):
    if missing == "setting":
        settings.DEMO = False
    elif missing == "mark":
        (demo / clock.MARK).unlink()
    else:
        (demo / clock.LOADED).touch()
    with pytest.raises(Broken), playing():
        pass
