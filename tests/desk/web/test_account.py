"""Logging in, being told why not, the demo's doors, and one's own settings."""

from __future__ import annotations

import json
import time

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.web.pages import PASSWORD, account_of, client_for, text_of
from tests.people import cast
from trueup.core.actors import SYSTEM
from trueup.desk.base import accounts, verbs
from trueup.desk.feedback import reads as said

pytestmark = pytest.mark.django_db


def log_in(client, name, password=PASSWORD, **more):
    return client.post("/login", {"login": name, "password": password, **more})


def test_nobody_is_sent_to_the_log_in_and_back():
    answer = Client().get("/settings?x=1")
    assert answer.status_code == 302
    assert answer.url == "/login?next=/settings%3Fx%3D1"


def test_name_or_mail_and_password_open_the_page_asked_for():
    account_of(cast().alice, PASSWORD)
    client = Client()
    before = client.get("/login").cookies["trueup-csrf"].value
    answer = log_in(client, "ALICE@example.org", next="/settings")
    assert (answer.status_code, answer.url) == (302, "/settings")
    assert client.get("/settings").status_code == 200
    assert client.cookies["trueup-csrf"].value != before


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_log_in_leads_elsewhere(target):
    account_of(cast().alice, PASSWORD)
    assert log_in(Client(), "alice@example.org", next=target).url.startswith("/")
    assert "evil" not in log_in(Client(), "alice@example.org", next=target).url


def test_wrong_name_and_wrong_password_read_the_same():
    account_of(cast().alice, PASSWORD)
    wrong = log_in(Client(), "alice@example.org", "not this one at all")
    unknown = log_in(Client(), "nobody@example.org", "not this one at all")
    assert wrong.status_code == unknown.status_code == 401
    assert text_of(wrong) == text_of(unknown)
    assert "do not fit together" in text_of(wrong)


def test_too_many_tries_are_told_in_words(settings):
    settings.AXES_FAILURE_LIMIT = 3
    account_of(cast().alice, PASSWORD)
    for _ in range(3):
        answer = log_in(Client(), "alice@example.org", "not this one at all")
    assert answer.status_code == 429
    assert "Wait 15 minutes" in text_of(answer)
    assert log_in(Client(), " Alice@example.org").status_code == 429


def test_one_name_guessed_at_does_not_lock_another(settings):
    settings.AXES_FAILURE_LIMIT = 3
    people = cast()
    account_of(people.alice, PASSWORD)
    account_of(people.bert, PASSWORD)
    for _ in range(4):
        log_in(Client(), "alice@example.org", "not this one at all")
    assert log_in(Client(), "bert@example.org").status_code == 302


def test_a_session_ends_with_the_access_of_its_person():
    people = cast()
    client = client_for(people.charlie)
    assert client.get("/settings").status_code == 200
    verbs.deactivate(people.charlie, reason="left", actor=SYSTEM)
    assert client.get("/settings").status_code == 302


def test_logging_out_needs_a_form():
    client = client_for(cast().alice)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 302
    assert client.get("/settings").status_code == 302


@pytest.fixture
def door(settings, tmp_path):
    settings.HOME = tmp_path
    alice = cast().alice
    account_of(alice)
    row = {"login": "alice@example.org", "name": "Alice", "role": "user", "sees": "Ask"}
    (tmp_path / "demo.doors.json").write_text(json.dumps([row]))
    return alice


def test_a_demo_lets_one_in_by_name(settings, door):
    settings.DEMO = True
    client = Client()
    assert "Alice" in text_of(client.get("/login"))
    assert client.post("/enter", {"login": "alice@example.org"}).status_code == 302
    assert client.get("/settings").status_code == 200


def test_a_demos_visitor_keeps_their_own_language(settings, door):
    settings.DEMO = True
    client = Client(headers={"Accept-Language": "de"})
    client.post("/enter", {"login": "alice@example.org"})
    assert '<html lang="de"' in client.get("/settings").content.decode()
    client.post("/settings", {"language": "en", "theme": "light"})
    assert '<html lang="en"' in client.get("/settings").content.decode()


def test_outside_a_demo_there_are_no_doors(settings, door):
    settings.DEMO = False
    client = Client()
    assert "Alice" not in text_of(client.get("/login"))
    assert client.post("/enter", {"login": "alice@example.org"}).status_code == 404
    assert client.get("/settings").status_code == 302


def test_a_demo_lets_nobody_in_who_has_no_door(settings, door):
    settings.DEMO = True
    ada = verbs.add_person(name="ada two", email="ada2@example.org", actor=SYSTEM)
    account_of(ada)
    client = Client()
    assert client.post("/enter", {"login": "ada2@example.org"}).status_code == 404
    assert client.get("/settings").status_code == 302


def test_settings_are_kept_and_change_the_page():
    client = client_for(cast().alice)
    form = {"language": "de", "theme": "dark"}
    assert client.post("/settings", form).status_code == 302
    page = client.get("/settings").content.decode()
    assert '<html lang="de" data-bs-theme="dark"' in page
    assert 'data-keys="off"' in page


def test_settings_that_do_not_fit_are_refused_beside_the_field():
    answer = client_for(cast().alice).post("/settings", {"language": "xx", "theme": "dark"})
    assert answer.status_code == 422
    assert "Choose English or German" in text_of(answer)


def test_a_password_is_changed_against_the_old_one():
    alice = cast().alice
    account_of(alice, PASSWORD)
    client, other = client_for(alice), client_for(alice)
    bad = client.post("/settings/password", {"old": "x", "password": "another long password"})
    assert bad.status_code == 422
    assert "not your present password" in text_of(bad)
    good = client.post("/settings/password", {"old": PASSWORD, "password": "another long password"})
    assert good.status_code == 302
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302
    assert accounts.by_login("alice@example.org").check_password("another long password")


def test_the_language_can_be_chosen_before_log_in():
    client = Client()
    client.post("/language", {"language": "de", "next": "/login"})
    assert '<html lang="de"' in client.get("/login").content.decode()
    assert client.post("/language", {"language": "de", "next": "//evil"}).url == "/login"


def test_everybody_begins_at_a_page_that_is_theirs():
    people = cast()
    for person in (people.alice, people.anna, people.charlie, people.mona, people.ada):
        client = client_for(person)
        answer = client.get(reverse("home"))
        assert answer.status_code == 302
        assert client.get(answer.url).status_code == 200


def test_a_session_that_nobody_uses_ends_by_itself(monkeypatch, settings):
    settings.SESSION_IDLE_SECONDS = 600
    account_of(cast().alice, PASSWORD)
    client = Client()
    log_in(client, "alice@example.org")
    now = time.time()
    monkeypatch.setattr("trueup.desk.surfaces.web.gate.time.time", lambda: now + 590)
    assert client.get("/settings").status_code == 200
    monkeypatch.setattr("trueup.desk.surfaces.web.gate.time.time", lambda: now + 1180)
    assert client.get("/settings").status_code == 200
    monkeypatch.setattr("trueup.desk.surfaces.web.gate.time.time", lambda: now + 1900)
    assert client.get("/settings").status_code == 302


def test_a_log_in_gets_a_session_of_its_own():
    account_of(cast().alice, PASSWORD)
    client = Client()
    client.cookies["trueup"] = "chosen-by-somebody-else"
    log_in(client, "alice@example.org")
    assert client.cookies["trueup"].value != "chosen-by-somebody-else"


def test_one_may_choose_not_to_be_asked():
    alice = cast().alice
    client = client_for(alice)
    assert "You are not asked any more" in text_of(client.post("/settings/asking", {}, follow=True))
    assert not said.may_be_asked(alice.pk)
    client.post("/settings/asking", {"asked": "on"})
    assert said.may_be_asked(alice.pk)
