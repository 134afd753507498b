"""Played quickly, the same verbs leave the same rows and the same log, to the last column."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from trueup.demo import organisation, plan, play
from trueup.demo.load import FOUNDING
from trueup.demo.quick import quickly
from trueup.desk.base.calendars import holidays_of
from trueup.desk.eventlog import clock, keys
from trueup.desk.eventlog.verbs import playing
from trueup.desk.work import promises

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 14, 9, 30, tzinfo=UTC)
RECORDS = 120


def rows() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables of the desk, in the order in which they were written."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
            found[table] = cursor.fetchall()
    return found


def played(monkeypatch, how, seed: int) -> dict[str, list[tuple[object, ...]]]:
    """What a small plan leaves, with the same chance and the same clock each time."""
    chance = random.Random(seed)
    monkeypatch.setattr("os.urandom", chance.randbytes)
    monkeypatch.setattr("random._urandom", chance.randbytes)
    promises._kept.clear()
    with transaction.atomic(), playing() as set_clock:
        begin = plan.first_moment(NOW)
        set_clock(begin - FOUNDING)
        made = organisation.found(plan.SEED, begin - FOUNDING, lambda done, of: None)
        free = frozenset(holidays_of("DE", range(2024, 2028)))
        acts = plan.history(NOW, free, records=RECORDS)
        with how():
            play.play(acts, made, set_clock, lambda done, of: None)
        clock.settle()
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def demo(tmp_path, monkeypatch):
    (tmp_path / clock.MARK).touch()
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=1))
    with override_settings(HOME=tmp_path, DEMO=True):
        keys.key_file("master")
        yield


def test_quickly_or_not_every_row_is_the_same(demo, monkeypatch):
    slow, fast = (played(monkeypatch, how, 1) for how in (nullcontext, quickly))
    assert {table: len(held) for table, held in fast.items()} == {
        table: len(held) for table, held in slow.items()
    }
    different = [table for table in slow if Counter(slow[table]) != Counter(fast[table])]
    assert different == []
    least = {"work_record": 120, "work_message": 100, "work_approval": 3, "feedback_survey": 60}
    assert all(len(slow[table]) >= many for table, many in least.items())
