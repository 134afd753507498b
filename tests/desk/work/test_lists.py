"""Lists: views, filters, groups by promise, pages by key, and a constant number of queries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.work.scene import BERLIN, MONDAY, after
from trueup.core.refusals import Refused
from trueup.desk.work import reads, verbs

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=BERLIN)


def numbers(page) -> list[str]:
    return [record.number for record in page.records]


@pytest.fixture
def many(desk):
    """Broken, breaking today, without a promise, on hold, solved, closed: INC-1 to INC-6."""
    charlie, alice = desk.who("charlie"), desk.who("alice")
    friday = MONDAY - timedelta(days=3)
    desk.report(at=friday)
    taken = verbs.take(desk.report(), actor=charlie, at=after(0.1))
    verbs.comment(taken, text="I look", actor=charlie, at=after(0.2))
    desk.report(service=None, team=None, title="Printer on fire")
    held = desk.worked()
    verbs.ask(held, text="?", next_contact_at=after(24), actor=charlie, at=after(1))
    desk.solve(desk.worked(), at=after(1))
    verbs.confirm(desk.solve(desk.worked(), at=after(1)), actor=alice, at=after(2))
    return desk


def test_views(many) -> None:
    charlie = many.who("charlie")
    expected = {
        "mine": ["INC-2", "INC-4"],
        "team": ["INC-1", "INC-2", "INC-4"],
        "unassigned": ["INC-1", "INC-3"],
        "at_risk": ["INC-1"],
        "breached_today": [],
        "answered": [],
        "on_hold": ["INC-4"],
        "resolved": ["INC-5"],
        "open": ["INC-1", "INC-2", "INC-3", "INC-4"],
        "closed": ["INC-6"],
    }
    found = {name: numbers(reads.page(charlie, name, now=NOON)) for name in expected}
    assert found == expected
    counted = reads.counters(charlie, NOON)
    assert counted == {name: len(found[name]) for name in counted}
    later = reads.page(charlie, "breached_today", now=NOON + timedelta(hours=6))
    assert numbers(later) == ["INC-2"]


def test_an_answer_that_came_in_is_shown(many) -> None:
    charlie = many.who("charlie")
    held = reads.by_number(charlie, "inc-4")
    verbs.comment(held, text="Room 4", actor=many.who("alice"), at=after(3))
    assert numbers(reads.page(charlie, "answered", now=NOON)) == ["INC-4"]


def test_groups_by_promise(many) -> None:
    charlie = many.who("charlie")
    found = reads.page(charlie, "open", now=NOON).records
    assert [reads.group_of(each, charlie, NOON) for each in found] == [
        "broken",
        "today",
        "later",
        "hold",
    ]
    counts = reads.group_counts(charlie, "open", now=NOON)
    assert counts == {"broken": 1, "today": 1, "later": 1, "hold": 1}
    assert reads.group_counts(charlie, "resolved", now=NOON) == {"done": 1}
    assert reads.group_counts(charlie, "on_hold", now=NOON) == {"hold": 1}


def test_filters(many) -> None:
    charlie = many.who("charlie")

    def only(**filters: str) -> list[str]:
        return numbers(reads.page(charlie, "open", filters=filters, now=NOON))

    assert only(service=str(many.mail.pk)) == ["INC-1", "INC-2", "INC-4"]
    assert only(priority="4") == ["INC-4"]
    assert only(assignee="me") == ["INC-2", "INC-4"]
    assert only(assignee="nobody", team=str(many.cast.desk.pk)) == ["INC-1"]
    assert only(assignee=str(many.cast.charlie.pk)) == ["INC-2", "INC-4"]
    assert only(customer=str(many.cast.beta.pk)) == []
    assert only(kind="request") == []
    assert only(text="printers fire") == ["INC-3"]
    assert only(text="inc-2") == ["INC-2"]
    assert only(text="", kind="") == ["INC-1", "INC-2", "INC-3", "INC-4"]
    with pytest.raises(Refused):
        only(colour="red")
    with pytest.raises(Refused):
        reads.page(charlie, "nowhere")


@pytest.mark.parametrize("order", ["due", "priority", "touched"])
def test_pages_join_up(many, order) -> None:
    charlie = many.who("charlie")
    whole = numbers(reads.page(charlie, "all", order=order, now=NOON))
    assert len(whole) == 6
    found: list[str] = []
    key = ""
    for _ in range(6):
        page = reads.page(charlie, "all", after_key=key, limit=2, order=order, now=NOON)
        found += numbers(page)
        key = page.next_key
        if not key:
            break
    assert found == whole


def test_a_key_that_was_made_up_is_refused(many) -> None:
    for key in ("x", "1~2", "a~b~c"):
        with pytest.raises(Refused):
            reads.page(many.who("charlie"), after_key=key)


def test_what_is_not_mine_is_not_counted(many) -> None:
    assert sum(reads.counters(many.who("bert"), NOON).values()) == 0
    assert numbers(reads.page(many.who("bert"), "all", now=NOON)) == []
    assert len(reads.mine(many.who("alice")).records) == 6


def cost(who, desk) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = reads.page(who, "all", now=NOON)
        for record in page.records:
            assert str(record.service or "") is not None
            assert str(record.requester), str(record.customer)
            assert str(record.team or "") is not None
        reads.clocks_for(page.records, NOON)
        reads.counters(who, NOON)
        reads.group_counts(who, "open", now=NOON)
    return len(seen)


def test_a_page_costs_the_same_for_six_records_and_for_thirty(many) -> None:
    charlie = many.who("charlie")
    before = cost(charlie, many)
    for _ in range(24):
        many.report()
    assert cost(charlie, many) == before <= 8
