"""What every page tells the browser, errors included."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.desk.web.pages import PASSWORD, account_of, client_for, text_of
from tests.people import cast
from trueup.desk.eventlog.models import Event
from trueup.desk.surfaces.policy import all_routes

pytestmark = pytest.mark.django_db
PAGES = ("/login", "/nothing-here", "/settings")


def answers():
    client = client_for(cast().alice)
    client.raise_request_exception = False
    yield from (client.get(path) for path in PAGES)
    yield Client().get("/nothing-here")
    yield Client(enforce_csrf_checks=True).post("/login", {"login": "a", "password": "b"})


def test_every_answer_is_shielded():
    for answer in answers():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-store"


def test_no_page_carries_script_or_style_of_its_own():
    for answer in answers():
        page = answer.content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_cookies_are_out_of_reach_of_scripts():
    account_of(cast().alice, PASSWORD)
    client = Client()
    client.get("/login")
    client.post("/login", {"login": "alice@example.org", "password": PASSWORD})
    assert set(client.cookies) == {"trueup", "trueup-csrf"}
    for cookie in client.cookies.values():
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"


def test_a_missing_page_is_told_in_words():
    answer = client_for(cast().alice).get("/nothing-here")
    assert answer.status_code == 404
    assert "nothing here, or it is not yours" in text_of(answer)


def test_a_stale_form_is_told_in_words():
    answer = Client(enforce_csrf_checks=True).post("/login", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "too old to be sent" in text_of(answer)


def test_a_part_of_a_page_is_answered_by_a_part():
    answer = client_for(cast().alice).get("/nothing-here", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer["HX-Retarget"] == "#refusal"
    assert b"<html" not in answer.content


def test_a_part_asked_for_without_log_in_sends_the_page_to_the_log_in():
    headers = {"HX-Request": "true", "HX-Current-URL": "/settings"}
    answer = Client().get("/settings", headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login?next=/settings"


def test_a_body_too_large_is_refused_before_it_is_read():
    answer = Client().post("/login", {"login": "a"}, CONTENT_LENGTH=str(10**9))
    assert answer.status_code == 413
    assert "too large" in text_of(answer)
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_fault_of_ours_is_told_by_its_number_and_nothing_else(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("trueup.desk.surfaces.web.places.first_page", fail)
    client = client_for(cast().alice)
    client.raise_request_exception = False
    answer = client.get("/")
    number = re.search(r"E-[0-9A-F]{6}", text_of(answer))
    assert answer.status_code == 500
    assert number
    assert number.group() in caplog.text
    assert "secret inside" not in answer.content.decode()


def test_looking_changes_nothing():
    """Every address of these folders without a parameter, asked with GET as three people."""
    people = cast()
    before = Event.objects.count()
    for person in (people.alice, people.anna, people.ada):
        client = client_for(person)
        opened = Event.objects.count()
        for each in all_routes():
            if each.path.startswith("/api/") or "<" in each.path:
                continue
            client.get(each.path)
        assert Event.objects.count() == opened, person
    assert Event.objects.count() == before + 3  # three accounts were opened
