"""The administrator's pages: who is there, roles given and taken, access ended."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desk.web.pages import PASSWORD, account_of, client_for, text_of
from tests.people import cast, looking
from trueup.desk.base.models import Person

pytestmark = pytest.mark.django_db
NEW = {"name": "Nina Neu", "email": "nina@example.org", "language": "de", "timezone": "UTC"}


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def ada(people):
    return client_for(people.ada)


def test_people_are_found_with_their_roles(people, ada):
    page = text_of(ada.get("/people?q=charl"))
    assert "charlie" in page
    assert "Technician" in page
    assert "bert" not in page


def test_only_administrators_come_here(people):
    for person in (people.alice, people.charlie, people.mona):
        client = client_for(person)
        assert client.get("/people").status_code == 403
        assert (
            client.post(f"/people/{people.bert.pk}/grant", {"role": "manager"}).status_code == 403
        )


def test_somebody_new_gets_a_role_and_a_log_in(people, ada):
    answer = ada.post("/people/new", {**NEW, "role": "technician", "team": people.desk.pk})
    nina = Person.objects.get(email="nina@example.org")
    assert answer.url == f"/people/{nina.pk}"
    assert looking(nina).has("technician")
    weak = ada.post(f"/people/{nina.pk}/log_in", {"login": "nina", "password": "short"})
    assert weak.status_code == 422
    ada.post(f"/people/{nina.pk}/log_in", {"login": "nina", "password": PASSWORD})
    logged = Client().post("/login", {"login": "nina", "password": PASSWORD})
    assert logged.status_code == 302


def test_what_does_not_fit_is_told_and_kept(ada):
    answer = ada.post("/people/new", {**NEW, "timezone": "Mars/Base"})
    assert answer.status_code == 422
    assert "is not a time zone" in text_of(answer)
    assert "Nina Neu" in answer.content.decode()


def test_roles_are_given_and_taken_back_with_a_reason(people, ada):
    path = f"/people/{people.bert.pk}"
    ada.post(f"{path}/grant", {"role": "approver"})
    assert looking(people.bert).has("approver")
    refused = ada.post(f"{path}/revoke", {"role": "approver", "reason": ""})
    assert refused.status_code == 422
    ada.post(f"{path}/revoke", {"role": "approver", "reason": "moved on"})
    assert not looking(people.bert).has("approver")


def test_nobody_gives_themselves_a_role(people, ada):
    answer = ada.post(f"/people/{people.ada.pk}/grant", {"role": "manager"})
    assert answer.status_code == 403
    assert not looking(people.ada).has("manager")


def test_access_ends_at_once(people, ada):
    account_of(people.bert, PASSWORD)
    bert = client_for(people.bert)
    assert bert.get("/settings").status_code == 200
    page = ada.get(f"/people/{people.bert.pk}").content.decode()
    assert "End all access" in page
    people.bert.refresh_from_db()
    form = {"reason": "left", "version": people.bert.version}
    assert ada.post(f"/people/{people.bert.pk}/end", form).status_code == 302
    assert bert.get("/settings").status_code == 302
    assert "bert" in text_of(ada.get("/people?show=left"))


def test_two_administrators_at_one_person_are_told_field_by_field(people, ada):
    path = f"/people/{people.bert.pk}/change"
    bert = {"name": "Bert B", "email": people.bert.email, "language": "en", "timezone": "UTC"}
    assert ada.post(path, {**bert, "version": people.bert.version}).status_code == 302
    stale = ada.post(path, {**bert, "name": "Bertram", "version": people.bert.version})
    assert stale.status_code == 409
    assert "Bertram" in text_of(stale)
    assert "Bert B" in text_of(stale)
