"""A load that breaks off leaves nothing, and only a demo's home is ever loaded."""

from __future__ import annotations

import pytest

from trueup.core.refusals import Broken
from trueup.demo import organisation
from trueup.demo.load import load
from trueup.desk.conf import demo as conf
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME, settings.DEMO = tmp_path, True
    (tmp_path / clock.MARK).touch()
    return tmp_path


def test_a_load_that_breaks_off_leaves_nothing(home, monkeypatch):
    def breaks(*args: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(organisation, "_promises", breaks)
    with pytest.raises(RuntimeError):
        load(home, records=40)
    assert not Event.objects.exists()
    assert not (home / "demo.doors.json").exists()


def test_a_desk_that_is_no_demo_is_never_loaded(home):
    (home / clock.MARK).unlink()
    with pytest.raises(Broken):
        load(home, records=40)
    assert (conf.LOADED, clock.LOADED) == ("demo.loaded", "demo.loaded")
