"""An incident is reported, sorted, taken, worked on, solved and confirmed."""

from __future__ import annotations

import pytest

from tests.desk.work.scene import MONDAY, after
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Refused
from trueup.desk.eventlog.reads import events_of
from trueup.desk.work import verbs

pytestmark = pytest.mark.django_db


def told(record) -> list[str]:
    return [event.activity for event in events_of("record", record.pk)]


def test_the_plain_path(desk) -> None:
    record = desk.report()
    assert (record.number, record.state, record.evidence) == ("INC-1", "new", "open")
    assert (record.requester_id, record.customer_id) == (desk.cast.alice.pk, desk.cast.acme.pk)
    assert (record.priority, record.provisional) == (3, True)
    assert record.agreement_id == desk.promise.pk
    record = desk.triage(record)
    assert (record.priority, record.priority_rule, record.provisional) == (4, "P-3-2", False)
    record = verbs.take(record, actor=desk.who("charlie"), at=after(0.1))
    record = verbs.start(record, actor=desk.who("charlie"), at=after(0.2))
    record = desk.solve(record, at=after(1))
    assert (record.state, record.resolved_at) == ("resolved", after(1))
    record = verbs.confirm(record, actor=desk.who("alice"), at=after(2))
    assert (record.state, record.evidence, record.closed_at) == ("closed", "closed", after(2))
    sorted_by = ["classified"] * 4 + ["priority_changed", "triaged"]
    ended = ["resolved", "other", "confirmed", "closed"]
    assert told(record) == ["opened", *sorted_by, "assigned", "started", *ended]


def test_it_closes_by_itself_after_five_working_days(desk) -> None:
    from trueup.desk.base import timers

    record = desk.solve(desk.worked(), at=after(1))
    timers.fire_due(now=after(24 * 8))
    record.refresh_from_db()
    assert record.state == "closed"
    assert events_of("record", record.pk)[-1].via == "timer"


def test_solving_at_once_sorts_it_too(desk) -> None:
    record = desk.report()
    with pytest.raises(Refused, match="category"):
        desk.solve(record, impact=4, urgency=3)
    record = desk.solve(record, category="mail", impact=4, urgency=3, at=MONDAY)
    assert (record.state, record.priority, record.triaged_at) == ("resolved", 5, MONDAY)
    assert told(record).index("triaged") < told(record).index("resolved")


def test_the_system_does_only_what_the_table_gives_it(desk) -> None:
    record = desk.worked()
    with pytest.raises(Refused):
        desk.solve(record, actor=SYSTEM)
    assert verbs.close(desk.solve(record), actor=SYSTEM, via="timer").state == "closed"
