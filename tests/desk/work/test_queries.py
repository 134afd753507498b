"""What the hot verbs cost, in queries; a rise needs a reason."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.work.scene import after
from trueup.desk.work import reads, verbs

pytestmark = pytest.mark.django_db


def cost(doing) -> int:
    """Queries without savepoints."""
    with CaptureQueriesContext(connection) as seen:
        doing()
    return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)


def test_the_hot_verbs(desk) -> None:
    charlie, alice = desk.who("charlie"), desk.who("alice")
    desk.solve(desk.worked())
    spent = {"report": cost(lambda: desk.report(actor=alice))}
    record = reads.by_number(charlie, "INC-2")
    spent["take"] = cost(lambda: verbs.take(record, actor=charlie))
    spent["start"] = cost(lambda: verbs.start(record, actor=charlie))
    spent["comment"] = cost(lambda: verbs.comment(record, text="I look", actor=charlie))
    spent["comment again"] = cost(lambda: verbs.comment(record, text="Still", actor=charlie))
    spent["note"] = cost(lambda: verbs.note(record, text="Odd", actor=charlie))
    verbs.classify(record, category="mail", actor=charlie)
    verbs.set_priority(record, impact=3, urgency=3, actor=charlie)
    spent["resolve"] = cost(lambda: desk.solve(record, actor=charlie))
    spent["confirm"] = cost(lambda: verbs.confirm(record, actor=alice))
    most = {
        "report": 20,
        "take": 9,
        "start": 9,
        "comment": 14,
        "comment again": 10,
        "note": 10,
        "resolve": 29,
        "confirm": 15,
    }
    assert {name: n for name, n in spent.items() if n > most[name]} == {}


def test_the_record_page(desk) -> None:
    charlie = desk.who("charlie")
    record = desk.worked()
    for text in ("one", "two", "three"):
        verbs.comment(record, text=text, actor=charlie, at=after(1))
    found = reads.one(charlie, record.pk)
    assert cost(lambda: reads.one(charlie, record.pk)) <= 1
    assert cost(lambda: reads.timeline(found, charlie)) <= 4
    assert cost(lambda: reads.clocks_of(found, after(2))) <= 2
    assert cost(lambda: reads.verbs_for(found, charlie)) <= 3
    assert cost(lambda: reads.similar(charlie, found.title)) <= 3
