"""The record page: who reads what, what may be done, and what happens when two people do it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.web.pages import client_for, text_of
from tests.journeys.story import harbour, looking
from trueup.desk.base.models import Attachment
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Message, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return harbour()


def path(story, *rest: str) -> str:
    return "/".join((f"/records/{story.vpn.pk}", *rest))


def fresh(story) -> Record:
    return Record.objects.get(pk=story.vpn.pk)


def test_private_words_are_absent_for_everybody_but_technicians(story):
    inside = client_for(story.aylin).get(path(story)).content.decode()
    outside = client_for(story.mona).get(path(story)).content.decode()
    assert "4 % drops on uplink 2" in inside
    assert "Private: technicians only" in inside
    assert "4 % drops on uplink 2" not in outside
    assert "msg private" not in outside
    assert "Private note" not in outside


def test_the_page_says_who_will_read_a_reply(story):
    record = verbs.watch(fresh(story), person=story.lea, actor=looking(story.aylin))
    text = text_of(client_for(story.aylin).get(f"/records/{record.pk}"))
    assert "Public: Jette Brandt and 1 watcher" in text
    assert "Send to Jette and 1 other" in text


def test_words_without_an_audience_go_nowhere(story):
    client = client_for(story.aylin)
    before = Message.objects.count()
    answer = client.post(path(story, "say"), {"text": "The carrier is to blame"})
    assert answer.status_code == 422
    assert Message.objects.count() == before


def test_markup_in_words_is_shown_and_never_run(story):
    client = client_for(story.aylin)
    words = "<script>alert(1)</script> <img src=x onerror=alert(2)> http://example.org/"
    client.post(path(story, "say"), {"audience": "public", "text": words})
    page = client.get(path(story)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert '<a href="http://example.org/" rel="nofollow">' in page


def test_a_question_stops_the_clock_until_the_answer(story):
    client = client_for(story.aylin)
    given = {"audience": "public", "text": "Which desk?", "asks": "on"}
    refused = client.post(path(story, "say"), given)
    assert refused.status_code == 422
    page = client.get(path(story)).content.decode()
    until = re.search(r'name="next_contact_at" value="([^"]+)"', page)[1]
    client.post(path(story, "say"), {**given, "next_contact_at": until})
    assert fresh(story).waiting_for == "customer"
    assert "left, paused" in text_of(client.get(path(story)))


def test_only_verbs_that_may_be_done_are_offered(story):
    worker = client_for(story.aylin).get(path(story)).content.decode()
    reader = client_for(story.mona).get(path(story)).content.decode()
    assert 'data-verb="resolve"' in worker
    assert worker.count("btn primary") == 2  # the next step, and sending
    assert "data-verb=" not in reader
    assert "composer-text" not in reader


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(story):
    client = client_for(story.aylin)
    given = {"version": fresh(story).version, "close_code": "fixed", "minutes": "twenty"}
    answer = client.post(path(story, "do", "resolve"), given)
    text = text_of(answer)
    assert answer.status_code == 422
    assert "“twenty” is not a number." in text
    assert 'value="twenty"' in answer.content.decode()
    assert fresh(story).state == "working"


def test_resolving_asks_what_the_lifecycle_asks(story):
    client = client_for(story.aylin)
    given = {"close_code": "fixed", "after_change": "no", "minutes": "20"}
    assert client.post(path(story, "do", "resolve"), given).status_code == 422
    done = client.post(path(story, "do", "resolve"), {**given, "closing_word": "It is done."})
    assert done.status_code == 302
    assert fresh(story).state == "resolved"


def test_a_change_elsewhere_in_the_record_is_no_conflict(story):
    seen = fresh(story).version
    verbs.note(fresh(story), text="Looking too", actor=looking(story.tom))
    given = {"version": seen, "impact": "3", "urgency": "1", "was_impact": "2", "was_urgency": "1"}
    answer = client_for(story.aylin).post(path(story, "do", "set_priority"), given)
    assert answer.status_code == 302
    assert fresh(story).impact == 3


def test_a_clash_is_told_field_by_field_and_mine_can_be_kept(story):
    seen = fresh(story).version
    verbs.set_priority(fresh(story), impact=4, urgency=1, actor=looking(story.tom))
    given = {"version": seen, "impact": "3", "urgency": "1", "was_impact": "2", "was_urgency": "1"}
    client = client_for(story.aylin)
    answer = client.post(path(story, "do", "set_priority"), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Tom Nguyen changed this record while you wrote" in text_of(answer)
    assert page.count('name="keep_') == 2  # theirs or mine, for the one field that clashes
    assert fresh(story).impact == 4
    again = {**given, "version": fresh(story).version, "keep_impact": "mine", "was_impact": "4"}
    client.post(path(story, "do", "set_priority"), again)
    assert fresh(story).impact == 3


def test_a_record_that_moved_on_is_not_moved_again_unasked(story):
    seen = fresh(story).version
    verbs.assign(fresh(story), person=story.tom, actor=looking(story.lea))
    given = {"version": seen, "person": str(story.lea.pk), "was_person": str(story.aylin.pk)}
    answer = client_for(story.aylin).post(path(story, "do", "assign"), given)
    assert answer.status_code == 409
    assert fresh(story).assignee_id == story.tom.pk


def test_files_are_private_unless_said_otherwise(story):
    client = client_for(story.aylin)
    held = SimpleUploadedFile("trace.txt", b"line one\n", "text/plain")
    client.post(path(story, "files"), {"file": held, "private": "on"})
    assert Attachment.objects.get().private is True
    assert "trace.txt" in text_of(client.get(path(story)))
    assert "trace.txt" not in text_of(client_for(story.mona).get(path(story)))


def test_the_clock_explains_itself(story):
    text = text_of(client_for(story.aylin).get(path(story)))
    assert re.search(r"Ran since .* 4 h 3\d Paused: we asked the user 1 h", text)
    assert re.search(r"Of 8 h left 3 h (2|3)\d", text)
    assert "version 1: priority 2, solved within 8 h" in text


def test_users_and_unknown_records_get_the_same_nothing(story):
    assert client_for(story.jette).get(path(story)).status_code == 403
    missing = client_for(story.aylin).get("/records/00000000-0000-4000-8000-000000000000")
    assert missing.status_code == 404


def test_a_page_costs_the_same_however_long_the_story(story):
    client = client_for(story.aylin)
    client.get(path(story))
    with CaptureQueriesContext(connection) as short:
        client.get(path(story))
    for number in range(6):
        verbs.note(fresh(story), text=f"Note {number}", actor=looking(story.tom))
    with CaptureQueriesContext(connection) as long:
        client.get(path(story))
    assert len(long) == len(short)
    assert len(short) <= 23


def test_a_new_record_for_somebody_else(story):
    client = client_for(story.aylin)
    given = {
        "requester": "JETTE@example.org",
        "kind": "incident",
        "title": "The scanner is dead",
        "channel": "phone",
        "service": str(story.access.pk),
    }
    answer = client.post("/work/new", given)
    record = reads.search(looking(story.aylin), "scanner dead")[0]
    assert answer["Location"] == f"/records/{record.pk}"
    assert (record.requester_id, record.customer_id) == (story.jette.pk, story.jette.customer_id)
    unknown = client.post("/work/new", {**given, "requester": "nobody@example.org"})
    assert "Nobody here has this mail address." in text_of(unknown)


def test_the_palette_offers_only_what_one_may_do_and_see(story):
    inside = text_of(client_for(story.aylin).get(f"/palette?record={story.vpn.pk}&q=res"))
    assert inside.startswith("Resolve this record")
    outside = text_of(client_for(story.mona).get(f"/palette?record={story.vpn.pk}&q=res"))
    assert "this record" not in outside
    elsewhere = text_of(client_for(story.rita).get("/palette?q=weighbridge"))
    assert "weighbridge" not in elsewhere


def test_a_text_corrected_by_another_is_not_overwritten(story):
    seen = fresh(story).version
    verbs.edit(fresh(story), field="title", value="VPN slow", actor=looking(story.tom))
    given = {"version": seen, "field": "title", "value": "VPN is slow in Bremen"}
    answer = client_for(story.aylin).post(path(story, "do", "edit"), given)
    assert answer.status_code == 409
    assert fresh(story).title == "VPN slow"


def test_a_link_can_be_taken_off_where_it_stands(story):
    client = client_for(story.aylin)
    other = story.records["address"].number
    assert f'name="other" value="{other}"' in client.get(path(story)).content.decode()
    client.post(path(story, "do", "unlink"), {"type": "relates", "other": other})
    assert reads.links_of(fresh(story), looking(story.aylin)) == []
