"""The customer's pages: what was promised, what became of it, the records behind, the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.web.customers import promise, proposed, service, solved
from tests.desk.web.pages import client_for, text_of
from tests.people import cast, looking
from trueup.core.actors import SYSTEM
from trueup.desk.feedback import verbs as feedback
from trueup.desk.services import verbs
from trueup.desk.work import verbs as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def mail(people):
    return service(people)


def yesterday(hours=0):
    return timezone.now() - timedelta(days=1, hours=hours)


def test_a_customer_sees_what_was_promised_and_too_little_to_judge(people, mail):
    promise(people, mail)
    page = text_of(client_for(people.anna).get("/customer"))
    assert "too little yet to judge us by" in page
    assert "€100" in page


def test_the_other_customer_sees_nothing_of_it(people, mail):
    held = promise(people, mail)
    other = client_for(people.bella)
    assert "Nothing is agreed yet" in text_of(other.get("/customer"))
    for path in ("", "/resolve/records", "/agree", "/decline"):
        method = other.post if path in ("/agree", "/decline") else other.get
        assert method(f"/customer/agreements/{held.pk}{path}").status_code == 404


def test_users_have_no_customer_pages(people, mail):
    held = promise(people, mail)
    assert client_for(people.alice).get("/customer").status_code == 403
    assert client_for(people.alice).get(f"/customer/agreements/{held.pk}").status_code == 403


def test_figures_are_counted_and_lead_to_their_records(people, mail):
    held = promise(people, mail)
    for n in range(12):
        solved(people, mail, hours=20 if n < 9 else 2, at=yesterday(24 + n))
    client = client_for(people.anna)
    page = client.get(f"/customer/agreements/{held.pk}")
    assert "We do not keep what we promised" in text_of(page)
    link = f"/customer/agreements/{held.pk}/resolve/records"
    assert link in page.content.decode()
    behind = client.get(link)
    assert "12 records behind" in text_of(behind)
    assert "broken 9 times" in text_of(behind)
    assert text_of(client.get(f"{link}?met=no")).count("INC-") == 9
    assert client.get(f"{link}?month=nonsense").status_code == 422


def test_a_reopened_record_counts_once_with_its_last_result(people, mail):
    held = promise(people, mail)
    record = solved(people, mail, hours=2, at=yesterday(24))
    work.reopen(record, reason="still blank", actor=looking(people.alice), at=yesterday(20))
    work.resolve(
        record,
        close_code="fixed",
        closing_word="Now it prints.",
        after_change="no",
        minutes=5,
        actor=looking(people.charlie),
        at=yesterday(5),
    )
    page = client_for(people.anna).get(f"/customer/agreements/{held.pk}/resolve/records")
    assert "1 record behind" in text_of(page)
    assert "broken once" in text_of(page)


def test_the_customer_agrees_and_the_version_is_fixed(people, mail):
    waiting = proposed(people, mail)
    client = client_for(people.anna)
    assert "Your decision" in text_of(client.get("/customer"))
    answer = client.post(
        f"/customer/agreements/{waiting.pk}/agree", {"version": waiting.version}, follow=True
    )
    assert "This version is fixed" in text_of(answer)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.agreed_by_id) == ("agreed", people.anna.pk)


def test_an_answer_to_an_older_version_is_told(people, mail):
    waiting = proposed(people, mail)
    verbs.decline(waiting, reason="shorter", actor=SYSTEM)
    client = client_for(people.anna)
    answer = client.post(f"/customer/agreements/{waiting.pk}/agree", {"version": waiting.version})
    assert answer.status_code == 404  # a draft is not shown to the customer
    again = proposed(people, mail)
    answer = client.post(f"/customer/agreements/{again.pk}/agree", {"version": again.version - 1})
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in text_of(answer)


def test_declining_needs_a_reason_and_keeps_what_was_typed(people, mail):
    waiting = proposed(people, mail)
    client = client_for(people.anna)
    path = f"/customer/agreements/{waiting.pk}/decline"
    empty = client.post(path, {"reason": " ", "version": waiting.version})
    assert empty.status_code == 422
    assert "Say what should be different" in text_of(empty)
    stale = client.post(path, {"reason": "Two hours, please", "version": 1})
    assert stale.status_code == 409
    assert "Two hours, please" in stale.content.decode()
    done = client.post(path, {"reason": "Two hours, please", "version": waiting.version})
    assert done.status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "draft"


def test_the_provider_cannot_say_yes_for_the_customer(people, mail):
    waiting = proposed(people, mail)
    client = client_for(people.olga)
    page = client.get(f"/customer/agreements/{waiting.pk}")
    assert page.status_code == 200
    assert "Your decision" not in text_of(page)
    answer = client.post(f"/customer/agreements/{waiting.pk}/agree", {"version": waiting.version})
    assert answer.status_code == 403


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_as_little_for_many_as_for_one(people, count, django_assert_max_num_queries):
    for n in range(count):
        promise(people, service(people, f"Service {n}"))
    client = client_for(people.anna)
    with django_assert_max_num_queries(13):
        assert client.get("/customer").status_code == 200


def test_the_records_of_ones_people_are_listed_and_nobody_elses(people, mail):
    solved(people, mail, hours=1, at=yesterday())
    anna, bella = client_for(people.anna), client_for(people.bella)
    assert "Printer prints blank" in text_of(anna.get("/customer/records?show=all"))
    assert "Printer prints blank" not in text_of(anna.get("/customer/records?show=done"))
    assert "Printer prints blank" not in text_of(bella.get("/customer/records?show=all"))
    assert client_for(people.alice).get("/customer/records").status_code == 403


def test_what_people_say_stands_on_the_agreement(people, mail):
    held = promise(people, mail)
    record = solved(people, mail, hours=1, at=yesterday())
    feedback.rate(record, looking(people.alice), 2, "No news for days")
    page = text_of(client_for(people.anna).get(f"/customer/agreements/{held.pk}"))
    assert "No news for days" in page
    assert "0 of 1 who answered are satisfied" in page or "Nobody was asked" in page
    hidden = text_of(client_for(people.charlie).get(f"/customer/agreements/{held.pk}"))
    assert "No news for days" not in hidden
    assert "single answers are not shown to you" in hidden


def test_the_use_of_an_agreement_leads_to_its_records(people, mail):
    held = promise(people, mail)
    solved(people, mail, hours=1, at=yesterday())
    anna = client_for(people.anna)
    link = f"/customer/agreements/{held.pk}/records"
    assert link in anna.get("/customer").content.decode()
    assert "1 record under this agreement" in text_of(anna.get(link))
    month = f"{yesterday():%Y-%m}"
    assert "1 record under" in text_of(anna.get(f"{link}?month={month}"))
    assert "0 records under" in text_of(anna.get(f"{link}?month=2001-01"))
    assert client_for(people.bella).get(link).status_code == 404
