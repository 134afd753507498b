"""The portal: ask, report with files, follow, answer, confirm, say that it is not solved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.desk.web.customers import promise, service, solved
from tests.desk.web.pages import client_for, text_of
from tests.people import cast, looking
from trueup.desk.base import attachments
from trueup.desk.base.models import Attachment
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def mail(people):
    made = service(people)
    promise(people, made)
    return made


@pytest.fixture
def alice(people):
    return client_for(people.alice)


def report(people, mail, **more):
    values = {"title": "Printer prints blank", "service": mail, "impact": 4, "urgency": 2}
    return verbs.report(**{**values, **more}, actor=looking(people.alice))


def test_an_empty_portal_says_what_comes_next(alice):
    page = text_of(alice.get("/portal"))
    assert "What can we do for you, alice?" in page
    assert "Nothing is open" in page


def test_the_field_answers_with_what_is_like_it_and_a_way_on(people, mail, alice):
    report(people, mail)
    part = alice.get("/portal/answers", {"q": "blank printer"}, headers=HTMX)
    assert "Printer prints blank" in text_of(part)
    assert "None of these: report “blank printer”" in text_of(part)
    assert b"<html" not in part.content
    assert "We know nothing like it yet" in text_of(alice.get("/portal", {"q": "teapot"}))


def test_the_field_never_answers_with_what_is_not_mine(people, mail):
    report(people, mail)
    part = client_for(people.bert).get("/portal/answers", {"q": "blank printer"})
    assert "Printer prints blank" not in text_of(part)


def test_what_was_typed_cannot_become_markup(alice):
    part = alice.get("/portal/answers", {"q": "<script>alert(1)</script>"})
    assert b"<script>alert" not in part.content


def test_a_report_begins_a_record_with_its_promise(people, mail, alice):
    form = {"kind": "incident", "title": "Mail is slow", "service": mail.pk, "urgency": "2"}
    answer = alice.post("/report", {**form, "impact": "4"}, follow=True)
    record = Record.objects.get()
    assert (record.title, record.requester_id) == ("Mail is slow", people.alice.pk)
    assert (record.customer_id, record.channel) == (people.acme.pk, "portal")
    assert f"{record.number} is with us" in text_of(answer)
    assert "You hear from us by" in text_of(answer)


def test_the_form_tells_the_promise_before_it_is_sent(mail, alice):
    part = alice.get("/report/promise", {"service": mail.pk, "kind": "incident"}, headers=HTMX)
    assert "You get a first human answer within 1 h." in text_of(part)
    assert "It is solved within 8 h." in text_of(part)


def test_a_refused_report_keeps_everything_typed(mail, alice):
    form = {"title": " ", "description": "Since Monday", "service": mail.pk, "impact": "2"}
    answer = alice.post("/report", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in one line what it is about" in text_of(answer)
    assert "Since Monday" in page
    assert f'value="{mail.pk}" selected' in page
    assert 'name="impact" value="2" checked' in page
    assert 'aria-invalid="true"' in page
    assert not Record.objects.exists()


def test_another_customers_service_cannot_be_named(people, alice):
    hidden = service(people, "Secret")
    hidden.catalogue_entry = False
    hidden.save()
    answer = alice.post("/report", {"title": "x", "service": hidden.pk})
    assert answer.status_code == 404
    assert not Record.objects.exists()


def test_files_go_along(mail, alice):
    file = SimpleUploadedFile("log.txt", b"line one", "text/plain")
    alice.post("/report", {"title": "Mail is slow", "file": file})
    row = Attachment.objects.get()
    answer = alice.get(f"/files/{row.pk}")
    assert b"".join(answer.streaming_content) == b"line one"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("setup.exe", b"MZ\x90\x00program", "Programs cannot be attached"),
        ("page.html", b"<html><script>x</script>", "Web pages and SVG"),
        ("empty.txt", b"", "empty"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words_and_nothing_is_lost(alice, name, data, why):
    form = {"title": "Mail is slow", "description": "my long story"}
    answer = alice.post("/report", {**form, "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert why in text_of(answer)
    assert name in text_of(answer)
    assert "my long story" in answer.content.decode()
    assert not Record.objects.exists()


def test_a_file_too_large_is_refused_in_words(alice, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_BYTES", 1024 * 1024)
    file = SimpleUploadedFile("big.bin", b"x" * (1024 * 1024 + 1))
    answer = alice.post("/report", {"title": "Mail is slow", "file": file})
    assert answer.status_code == 422
    assert "larger than 1 MB" in text_of(answer)


def test_somebody_elses_record_and_file_look_like_missing_ones(people, mail, alice):
    record = report(people, mail)
    file = SimpleUploadedFile("log.txt", b"line one", "text/plain")
    alice.post(f"/my/{record.pk}/attach", {"file": file})
    row = Attachment.objects.get()
    bert = client_for(people.bert)
    missing = bert.get("/my/00000000-0000-4000-8000-000000000000")
    for path in (f"/my/{record.pk}", f"/files/{row.pk}"):
        hidden = bert.get(path)
        assert hidden.status_code == 404
        assert text_of(hidden) == text_of(missing)
    assert bert.post(f"/my/{record.pk}/write", {"text": "hello"}).status_code == 404


def test_private_notes_are_absent_even_for_technicians(people, mail, alice):
    record = report(people, mail)
    charlie = looking(people.charlie)
    verbs.note(record, text="she always says that", actor=charlie)
    verbs.comment(record, text="We look at it now.", actor=charlie)
    for client in (alice, client_for(people.charlie)):
        page = client.get(f"/my/{record.pk}").content.decode()
        assert "We look at it now." in page
        assert "she always says that" not in page


def test_a_question_is_answered_on_the_page(people, mail, alice):
    record = report(people, mail)
    charlie = looking(people.charlie)
    soon = timezone.now() + timedelta(days=1)
    verbs.ask(record, text="Which printer?", next_contact_at=soon, actor=charlie)
    assert "we need your answer: Which printer?" in text_of(alice.get("/portal"))
    alice.post(f"/my/{record.pk}/write", {"text": "The one in hall 2"})
    record.refresh_from_db()
    assert record.evidence == "open"
    assert "The one in hall 2" in text_of(alice.get(f"/my/{record.pk}"))


def test_an_empty_message_is_refused_beside_its_field(people, mail, alice):
    record = report(people, mail)
    answer = alice.post(f"/my/{record.pk}/write", {"text": " "})
    assert answer.status_code == 422
    assert 'data-field="text"' in answer.content.decode()


def test_done_is_confirmed_with_one_click(people, mail, alice):
    record = solved(people, mail, hours=1, at=timezone.now() - timedelta(hours=2))
    assert "We think it is done. Is it?" in text_of(alice.get(f"/my/{record.pk}"))
    alice.post(f"/my/{record.pk}/confirm", {"version": record.version})
    record.refresh_from_db()
    assert record.evidence == "closed"


def test_not_solved_opens_it_again_with_a_reason(people, mail, alice):
    record = solved(people, mail, hours=1, at=timezone.now() - timedelta(hours=2))
    refused = alice.post(f"/my/{record.pk}/reopen", {"reason": "", "version": record.version})
    assert refused.status_code == 422
    alice.post(f"/my/{record.pk}/reopen", {"reason": "still blank", "version": record.version})
    record.refresh_from_db()
    assert (record.evidence, record.reopen_count) == ("open", 1)


def test_a_stale_step_is_told_and_keeps_the_reason(people, mail, alice):
    record = solved(people, mail, hours=1, at=timezone.now() - timedelta(hours=2))
    form = {"reason": "it is still blank", "version": record.version - 1}
    answer = alice.post(f"/my/{record.pk}/reopen", form)
    assert answer.status_code == 409
    assert "it is still blank" in answer.content.decode()
    record.refresh_from_db()
    assert record.evidence == "resolved"


def test_what_is_no_longer_needed_is_taken_back(people, mail, alice):
    record = report(people, mail)
    alice.post(f"/my/{record.pk}/cancel", {"why": "found it", "version": record.version})
    record.refresh_from_db()
    assert record.evidence == "cancelled"


def test_an_unknown_step_is_refused(people, mail, alice):
    record = report(people, mail)
    assert alice.post(f"/my/{record.pk}/explode").status_code == 422


def test_a_late_promise_is_told_frankly(people, mail, alice):
    report(people, mail, at=timezone.now() - timedelta(hours=3))
    assert "we are late" in text_of(alice.get("/portal"))


@pytest.mark.parametrize("count", [1, 8])
def test_the_portal_asks_as_little_for_many_as_for_one(
    people, mail, alice, count, django_assert_max_num_queries
):
    for n in range(count):
        report(people, mail, title=f"Printer {n}")
    with django_assert_max_num_queries(12):
        assert alice.get("/portal").status_code == 200
