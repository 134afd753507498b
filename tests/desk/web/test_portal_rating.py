"""Saying how it was: one click, a word, by link without log-in, and not being asked any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.desk.web.customers import promise, service, solved
from tests.desk.web.pages import client_for, text_of
from tests.people import cast, looking
from trueup.desk.feedback import reads, verbs
from trueup.desk.feedback.models import OptOut, Survey
from trueup.desk.work import verbs as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def record(people):
    mail = service(people)
    promise(people, mail)
    made = solved(people, mail, hours=1, at=timezone.now() - timedelta(hours=2))
    return work.confirm(made, actor=looking(people.alice))


@pytest.fixture
def token(people, record):
    survey = verbs.rate(record, looking(people.alice), 3)
    Survey.objects.filter(pk=survey.pk).update(answered_at=None, csat=None, state="invited")
    survey.refresh_from_db()
    return reads.token_of(survey)


def test_one_click_on_ones_record_counts(people, record):
    alice = client_for(people.alice)
    assert "How was it?" in text_of(alice.get(f"/my/{record.pk}"))
    assert alice.post(f"/my/{record.pk}/rate", {"csat": "4"}).status_code == 302
    assert Survey.objects.get().csat == 4
    alice.post(f"/my/{record.pk}/rate", {"csat": "4", "comment": "Quick"})
    assert Survey.objects.get().comment == "Quick"
    assert "Quick" in alice.get(f"/my/{record.pk}").content.decode()


@pytest.mark.parametrize("csat", ["", "0", "6", "x"])
def test_a_step_that_is_none_is_refused(people, record, csat):
    answer = client_for(people.alice).post(f"/my/{record.pk}/rate", {"csat": csat})
    assert answer.status_code == 422
    assert not Survey.objects.filter(csat__isnull=False).exists()


def test_nobody_rates_for_somebody_else(people, record):
    for person in (people.anna, people.charlie):
        client = client_for(person)
        assert "How was it?" not in text_of(client.get(f"/my/{record.pk}"))
        assert client.post(f"/my/{record.pk}/rate", {"csat": "1"}).status_code == 403
    assert client_for(people.bert).post(f"/my/{record.pk}/rate", {"csat": "1"}).status_code == 404


def test_the_link_answers_without_log_in_and_looking_changes_nothing(token):
    client = Client()
    assert "How was it?" in text_of(client.get(f"/rate/{token}?csat=5"))
    assert Survey.objects.get().csat is None
    assert "It is counted" in text_of(client.post(f"/rate/{token}", {"csat": "2"}))
    survey = Survey.objects.get()
    assert (survey.csat, survey.state) == (2, "answered")
    client.post(f"/rate/{token}", {"csat": "2", "comment": "No news for days"})
    assert Survey.objects.get().comment == "No news for days"


def test_a_link_that_is_not_ours_leads_nowhere(token):
    for wrong in ("x", token[:-2], token.replace(":", "")):
        assert Client().get(f"/rate/{wrong}").status_code == 404
        assert Client().post(f"/rate/{wrong}", {"csat": "5"}).status_code == 404


def test_whoever_says_so_is_not_asked_any_more(people, token):
    assert "not asked any more" in text_of(Client().post(f"/rate/{token}/stop"))
    assert OptOut.objects.filter(person=people.alice.pk).exists()
