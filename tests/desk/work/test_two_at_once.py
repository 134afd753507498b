"""Two people at one record at the same instant: one is first, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from tests.desk.work.replayed import assert_replays
from tests.desk.work.scene import scene
from trueup.core.refusals import Conflict
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work import verbs


def test_one_takes_it_and_the_other_is_told(committed) -> None:
    desk = scene()
    record = desk.report()
    start = Barrier(2)

    def take(name: str) -> str:
        who = desk.who(name)
        start.wait()
        try:
            verbs.take(record, actor=who, version=1)
        except Conflict as conflict:
            return ",".join(each.field for each in conflict.fields)
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(take, ("charlie", "tom")))
    assert found == ["assignee", "taken"]
    assert [each.name for each in events_of("record", record.pk)] == ["report", "take"]
    assert_replays(record)
