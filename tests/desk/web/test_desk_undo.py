"""The way back from an act: offered with the toast, done by the opposite verb, told in the log."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.web.pages import client_for
from tests.journeys.story import harbour, looking
from trueup.desk.eventlog.models import Event
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db
FORM = re.compile(
    r'<form method="post" action="([^"]+)"[^>]*>((?:(?!</form>).)*class="undo")', re.S
)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def story():
    return harbour()


def held(record: Record) -> tuple[object, object]:
    fresh = Record.objects.get(pk=record.pk)
    return fresh.team_id, fresh.assignee_id


def way(answer) -> tuple[str, dict[str, list[str]]]:
    """Where Undo leads and what it carries; fails where it is not offered."""
    found = FORM.search(answer.content.decode())
    assert found, "no Undo is offered"
    carried: dict[str, list[str]] = {}
    for name, value in FIELD.findall(found.group(2)):
        carried.setdefault(name, []).append(value)
    return found.group(1), carried


def act(client, record: Record, verb: str, **given):
    return client.post(f"/records/{record.pk}/do/{verb}", given, follow=True)


def test_what_was_taken_from_nobody_is_given_back(story):
    client, record = client_for(story.aylin), story.records["weights"]
    before, events = held(record), Event.objects.count()
    href, carried = way(act(client, record, "take"))
    assert held(record)[1] == story.aylin.pk
    answer = client.post(href, carried, follow=True)
    assert held(record) == before
    assert Event.objects.count() == events + 2
    assert "As it was before." in answer.content.decode()
    assert not FORM.search(answer.content.decode())


def test_what_was_given_to_somebody_else_comes_back_to_its_holder(story):
    client, before = client_for(story.aylin), held(story.vpn)
    href, carried = way(act(client, story.vpn, "assign", person=str(story.tom.pk)))
    assert held(story.vpn)[1] == story.tom.pk
    client.post(href, carried)
    assert held(story.vpn) == before


def test_a_lowered_priority_returns_and_a_raised_one_needs_a_second_person(story):
    client, record = client_for(story.aylin), story.records["weights"]
    act(client, record, "set_priority", impact="2", urgency="2")
    answer = act(client, record, "set_priority", impact="3", urgency="3")
    href, carried = way(answer)
    client.post(href, carried)
    now = Record.objects.get(pk=record.pk)
    assert (now.impact, now.urgency) == (2, 2)
    assert not FORM.search(act(client, record, "set_priority", impact="1", urgency="1").text)


def test_a_hold_ends_in_the_state_it_left(story):
    client, was = client_for(story.aylin), Record.objects.get(pk=story.vpn.pk)
    until = timezone.localtime() + timedelta(days=1)
    waits = {"waiting_for": "supplier", "reason": "The carrier looks", "awaited": "an answer"}
    answer = act(client, story.vpn, "hold", **waits, next_contact_at=f"{until:%Y-%m-%dT%H:%M}")
    href, carried = way(answer)
    assert Record.objects.get(pk=story.vpn.pk).evidence == "waiting"
    client.post(href, carried)
    assert Record.objects.get(pk=story.vpn.pk).state == was.state


def test_what_others_changed_meanwhile_is_not_undone(story):
    client, record = client_for(story.aylin), story.records["weights"]
    href, carried = way(act(client, record, "take"))
    fresh = reads.one(looking(story.tom), record.pk)
    verbs.assign(fresh, person=story.tom, actor=looking(story.tom))
    assert client.post(href, carried).status_code == 403
    assert held(record)[1] == story.tom.pk


def test_many_go_back_together_and_only_where_all_were_alike(story):
    client = client_for(story.aylin)
    free = [str(each.pk) for each in Record.objects.filter(assignee=None, evidence="open")][:2]
    assert len(free) == 2
    href, carried = way(client.post("/work/bulk", {"do": "take", "record": free}, follow=True))
    assert sorted(carried["record"]) == sorted(free)
    client.post(href, carried)
    assert not Record.objects.filter(pk__in=free).exclude(assignee=None).exists()
    mixed = {"do": "assign", "record": [*free, str(story.vpn.pk)], "person": str(story.tom.pk)}
    answer = client.post("/work/bulk", mixed, follow=True)
    assert "3 records" in answer.content.decode()
    assert not FORM.search(answer.content.decode())


def test_what_people_were_told_has_no_way_back(story):
    client = client_for(story.aylin)
    answer = act(client, story.vpn, "link", type="relates", other=story.records["weights"].number)
    assert not FORM.search(answer.content.decode())
