"""Who is here is shared by all processes: it stands in a table, not in one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from trueup.desk.work import presence, reads
from trueup.desk.work.models import Presence

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def names(record, who, after: float = 0, *, writing: bool = False) -> list[tuple[str, bool]]:
    at = NOW + timedelta(seconds=after)
    return [(one.name, one.writing) for one in presence.arrive(record.pk, who, at, writing=writing)]


def test_the_others_are_seen_until_they_are_gone(desk) -> None:
    record, charlie, tom = desk.worked(), desk.who("charlie"), desk.who("tom")
    assert names(record, charlie) == []
    cache.clear()
    assert names(record, tom, 5, writing=True) == [("charlie", False)]
    assert names(record, charlie, 10) == [("tom", True)]
    assert names(record, tom, 12) == [("charlie", False)]
    assert names(record, charlie, 13) == [("tom", False)]
    assert names(record, charlie, 60) == []
    assert names(desk.report(), charlie) == []


def test_a_list_says_who_opened_a_record_last(desk) -> None:
    record, charlie, tom = desk.worked(), desk.who("charlie"), desk.who("tom")
    presence.arrive(record.pk, charlie, timezone.now())

    def other(who) -> str | None:
        return getattr(reads.page(who, "open").records[0], reads.OTHER)

    assert other(tom) == "charlie"
    assert other(charlie) is None


def test_staying_is_written_down_once_in_a_while(desk) -> None:
    record, charlie = desk.worked(), desk.who("charlie")
    presence.arrive(record.pk, charlie, NOW)
    with CaptureQueriesContext(connection) as asked:
        names(record, charlie, 15)
    assert len(asked) == 1
    names(record, charlie, 25)
    assert Presence.objects.get().seen_at == NOW + timedelta(seconds=25)


def test_it_is_forgotten(desk) -> None:
    record, charlie = desk.worked(), desk.who("charlie")
    presence.arrive(record.pk, charlie, NOW - timedelta(hours=2))
    presence.arrive(desk.report().pk, charlie, NOW)
    presence.prune()
    assert Presence.objects.get().record_id != record.pk
