"""The queue: who sees which rows, in which order, and what a look at it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.web.pages import client_for, text_of
from tests.journeys.story import harbour, looking
from trueup.desk.eventlog import seal
from trueup.desk.surfaces.web.desk import queue as page
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Record
from trueup.desk.work.reads import counting

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def story():
    return harbour()


def order(answer) -> list[str]:
    """The numbers in the list, from top to bottom."""
    return re.findall(r'<span class="no">([^<]+)</span>', answer.content.decode())


def test_groups_by_promise_soonest_first(story):
    text = text_of(client_for(story.aylin).get("/work?view=open"))
    text = text[text.index("Promise broken 2") :]
    wanted = ["Promise broken 2", "Scanner loses", "Label printers", "On hold 2", "Line to Gdynia"]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)
    assert "1 h 42 over" in text
    assert "Supplier, until" in text


def test_a_filter_narrows_is_remembered_and_can_be_cleared(story):
    client = client_for(story.aylin)
    assert len(order(client.get("/work?view=open&priority=2"))) == 2
    assert len(order(client.get("/work"))) == 2
    assert len(order(client.get("/work?view=open&clear=1"))) == 10
    assert len(order(client.get("/work?view=open&text=weighbridge"))) == 1


def test_what_cannot_be_a_filter_narrows_nothing(story):
    client = client_for(story.aylin)
    answer = client.get("/work?view=nonsense&team=1'--&priority=99&assignee=x")
    assert answer.status_code == 200
    assert len(order(answer)) == 10


def test_pages_by_key_there_and_back(story, monkeypatch):
    monkeypatch.setattr(page, "LIMIT", 4)
    client = client_for(story.aylin)
    first = client.get("/work?view=open&kind=incident")
    following = re.search(r'href="([^"]+)" rel="next"', first.content.decode())
    second = client.get("/work" + following[1].replace("&amp;", "&"))
    back = re.search(r'href="([^"]+)" rel="prev"', second.content.decode())
    again = client.get("/work" + back[1].replace("&amp;", "&"))
    assert "kind=incident" in following[1]
    assert not set(order(first)) & set(order(second))
    assert order(first) == order(again)


def test_rows_do_not_cost_queries(story, monkeypatch):
    client = client_for(story.aylin)
    client.get("/work?view=open")
    counts = []
    for limit in (2, 10):
        monkeypatch.setattr(page, "LIMIT", limit)
        with CaptureQueriesContext(
            connection,
        ) as held:
            client.get("/work?view=open")
        counts.append(len(held))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES


def test_filters_do_not_cost_queries_each(story):
    client = client_for(story.aylin)
    service, customer = str(story.access.pk), str(story.vpn.customer_id)
    held = {"team": story.network.pk, "service": service, "customer": customer}
    address = f"/work?{urlencode({'view': 'open', 'assignee': story.tom.pk, **held})}"
    client.get(address)
    for more in ("", "&choose=team", "&choose=assignee"):
        with CaptureQueriesContext(connection) as asked:
            text = text_of(client.get(address + more))
        assert len(asked) <= MOST_QUERIES
        assert story.network.name in text
        assert story.access.name in text
        assert "Tom Nguyen" in text


def test_words_cost_one_query_however_many(story):
    client = client_for(story.aylin)
    team = f"/work?view=open&team={story.network.pk}"
    for address in ("/work?view=open&text=vpn", f"{team}&text=line+drops+at+night"):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= MOST_QUERIES


def test_many_are_not_counted_to_the_end(story, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    monkeypatch.setattr(reads, "MOST_COUNTED", 3)
    text = text_of(client_for(story.aylin).get("/work?view=open"))
    assert "All open 3+" in text
    assert "Breaks today 3+" in text
    assert "Promise broken 2" in text


def test_a_filter_brings_its_choices_when_it_is_opened(story):
    client = client_for(story.aylin)
    closed = client.get("/work?view=open").content.decode()
    assert f'value="{story.network.pk}"' not in closed
    link = re.search(r'href="([^"]+choose=team)"', closed)[1].replace("&amp;", "&")
    option = f'<option value="{story.network.pk}"'
    assert option in client.get(f"/work{link}").content.decode()
    chosen = client.get(f"/work/filter/team?team={story.network.pk}").content.decode()
    assert f"{option} selected>" in chosen
    assert client.get("/work/filter/nonsense").status_code == 404
    assert "Lea" in text_of(client.get("/work/whom"))


def test_news_costs_nothing_while_nothing_happens_and_counts_what_did(story):
    client = client_for(story.aylin)
    seal.seal_pending()
    now = timezone.now()
    held = {"view": "open", "position": str(page.head()), "since": now.isoformat()}
    with CaptureQueriesContext(connection) as asked:
        quiet = client.get(f"/work/news?{urlencode(held)}")
    assert quiet.status_code == 204
    assert len(asked) <= 6
    verbs.comment(story.vpn, text="Is there any news?", actor=looking(story.jette))
    seal.seal_pending()
    loud = client.get(f"/work/news?{urlencode(held)}")
    assert "1 new, show" in text_of(loud)


def test_news_that_lie_in_another_view_are_none_here(story):
    client = client_for(story.aylin)
    held = {"view": "closed", "position": "0", "since": (timezone.now()).isoformat()}
    verbs.comment(story.vpn, text="Is there any news?", actor=looking(story.jette))
    seal.seal_pending()
    assert client.get(f"/work/news?{urlencode(held)}").status_code == 204


def test_many_at_once_each_for_itself(story):
    client = client_for(story.aylin)
    chosen = [story.records["weights"].pk, story.records["printers"].pk]
    answer = client.post("/work/bulk", {"do": "take", "record": chosen}, follow=True)
    text = text_of(answer)
    assert "Take: 1 record." in text
    assert "You have it already." in text
    assert Record.objects.get(pk=chosen[0]).assignee_id == story.aylin.pk


def test_many_get_another_priority(story):
    client = client_for(story.aylin)
    chosen = [story.records["weights"].pk, story.records["second"].pk]
    given = {"do": "set_priority", "record": chosen, "impact": "2", "urgency": "1"}
    client.post("/work/bulk", given)
    assert set(Record.objects.filter(pk__in=chosen).values_list("priority", flat=True)) == {2}


def test_back_leads_only_to_ourselves(story):
    client = client_for(story.aylin)
    given = {"do": "take", "record": [story.records["weights"].pk], "back": "https://evil.example/"}
    assert client.post("/work/bulk", given)["Location"] == "/work"


def test_readers_see_the_list_and_no_way_to_change_it(story):
    text = client_for(story.mona).get("/work").content.decode()
    assert "VPN slow" in text
    assert "data-bulk" not in text
    assert client_for(story.mona).post("/work/bulk", {"do": "take"}).status_code == 403


def test_users_have_no_queue(story):
    assert client_for(story.jette).get("/work").status_code == 403


def test_a_saved_view_comes_back_and_can_be_forgotten(story):
    client = client_for(story.aylin)
    client.post("/work/views", {"name": "Harbourside", "query": "view=open&priority=2"})
    assert "Harbourside" in text_of(client.get("/work?view=mine"))
    own = client.get("/work?view=open&priority=2")
    assert "Forget the view “Harbourside”" in text_of(own)
    assert own.content.count(b'aria-current="page"') == 3  # both bars, and this one view
    client.post("/work/views", {"name": "Harbourside", "query": "view=open", "forget": "1"})
    assert "Harbourside" not in text_of(client.get("/work?view=mine"))


def test_needs_me_now_names_each_record_once(story):
    text = text_of(client_for(story.aylin).get("/now"))
    assert text.count("VPN slow") == 1
    assert "An answer came in 1" in text
    assert "records need you" in text


def test_a_contact_that_is_due_today_needs_me(story):
    held = story.records["password"]
    Record.objects.filter(pk=held.pk).update(next_contact_at=timezone.now() + timedelta(minutes=1))
    assert "Be in touch again today" in text_of(client_for(story.aylin).get("/now"))


def test_the_board_sorts_by_state(story):
    text = text_of(client_for(story.aylin).get("/board"))
    assert re.search(r"New 2 .*In work 6 .*On hold 2 .*Done, being confirmed 0", text)
