"""Before the first audit, asking for one, and watching it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.desk.web.pages import client_for, text_of
from trueup.core.actors import SYSTEM
from trueup.desk.assurance import verbs
from trueup.desk.assurance.models import AuditRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


def test_before_the_first_audit_there_is_one_button(cast) -> None:
    page = client_for(cast.mona).get(reverse("manager"))
    assert "Nothing has been judged yet" in text_of(page)
    assert page.content.count(b'action="/manage/run"') == 1
    assert client_for(cast.mona).get(reverse("findings")).status_code == 404


def test_a_reader_who_may_not_ask_sees_no_button(cast) -> None:
    page = client_for(cast.olga).get(reverse("manager"))
    assert page.status_code == 200
    assert b"/manage/run" not in page.content


def test_asking_and_watching(cast) -> None:
    mona = client_for(cast.mona)
    assert mona.post(reverse("audit_run")).status_code == 302
    assert "about to begin" in text_of(mona.get(reverse("manager")))
    run = verbs.take(timezone.now())
    verbs.tell(run, 62, 169, "Is the audit trail complete?")
    page = text_of(mona.get(reverse("audit_progress"), headers={"HX-Request": "true"}))
    assert "62 of 169 questions asked" in page
    assert "Is the audit trail complete?" in page
    assert "You may leave this page" in page
    verbs.fail(run, trouble="no space left", actor=SYSTEM)
    ended = mona.get(reverse("audit_progress"), headers={"HX-Request": "true"})
    assert (ended.status_code, ended["HX-Redirect"]) == (204, reverse("manager"))
    assert "no space left" in text_of(mona.get(reverse("manager")))


def test_a_technician_may_not_ask(cast) -> None:
    assert client_for(cast.charlie).post(reverse("audit_run")).status_code == 403
    assert client_for(cast.olga).post(reverse("audit_run")).status_code == 403
    assert client_for(cast.mona).get(reverse("audit_run")).status_code == 405
    assert not AuditRun.objects.exists()
