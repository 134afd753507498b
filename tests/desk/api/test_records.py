"""Records through the interface: reported, worked, confirmed; refused in words, lost to nobody."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests import people
from tests.desk.api.calls import Caller
from trueup.core.actors import SYSTEM
from trueup.desk.services import verbs as services
from trueup.desk.work.models import Message, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def mail(cast):
    return services.add_service(name="Mail", owner=cast.olga, team=cast.desk, actor=SYSTEM)


def reported(cast, mail, **more):
    body = {"title": "No mail since nine", "service": str(mail.pk)}
    return Caller(cast.alice).post("/records", body | more)


TRIAGE = {"ci_note": "mail-1", "category": "mail", "impact": 3, "urgency": 2}
SOLVED = {
    "close_code": "solved", "closing_word": "The queue runs again.", "after_change": "no",
    "minutes": 25,
}  # fmt: skip


def test_a_record_is_worked_from_report_to_closure(cast, mail) -> None:
    made = reported(cast, mail)
    assert made.status_code == 201
    where, record = made["Location"].removeprefix("/api/v1"), made.json()
    assert record["requester"] == str(cast.alice.pk)
    works = Caller(cast.charlie)
    seen = works.get(where)
    assert "triage" in seen.json()["verbs"]
    etag = seen["ETag"]
    for verb, body in (
        ("triage", TRIAGE | {"service": str(mail.pk)}), ("take", {}), ("start", {}),
        ("resolve", SOLVED),
    ):  # fmt: skip
        answer = works.post(f"{where}/{verb}", body, If_Match=etag)
        assert answer.status_code == 200, (verb, answer.json())
        etag = answer["ETag"]
    done = Caller(cast.alice).post(f"{where}/confirm", {}, If_Match=etag)
    assert done.json()["evidence"] == "closed"


def test_others_see_nothing_of_it(cast, mail) -> None:
    where = reported(cast, mail)["Location"].removeprefix("/api/v1")
    foreign = Caller(cast.bert)
    missing = foreign.get("/records/00000000-0000-4000-8000-000000000000")
    for answer in (
        foreign.get(where), foreign.get(f"{where}/timeline"),
        foreign.post(f"{where}/comment", {"text": "hello"}),
        foreign.post(f"{where}/cancel", {"reason": "x"}, If_Match="*"),
    ):  # fmt: skip
        assert answer.status_code == 404
        assert answer.json()["detail"] == missing.json()["detail"]
    assert foreign.get("/records").json()["items"] == []
    assert Caller(cast.anna).get(where).status_code == 200


def test_private_notes_stay_with_technicians(cast, mail) -> None:
    where = reported(cast, mail)["Location"].removeprefix("/api/v1")
    Caller(cast.charlie).post(f"{where}/note", {"text": "his password is on a slip"})
    Caller(cast.charlie).post(f"{where}/comment", {"text": "We look at it."})
    for who in (cast.alice, cast.anna, cast.mona):
        story = Caller(who).get(f"{where}/timeline").content.decode()
        assert "We look at it." in story
        assert "slip" not in story
    assert "slip" in Caller(cast.charlie).get(f"{where}/timeline").content.decode()


def test_a_stale_form_is_a_conflict_that_names_the_field(cast, mail) -> None:
    where = reported(cast, mail)["Location"].removeprefix("/api/v1")
    works = Caller(cast.charlie)
    old = works.get(where)["ETag"]
    works.post(f"{where}/set_priority", {"impact": 1, "urgency": 1}, If_Match=old)
    answer = works.post(f"{where}/set_priority", {"impact": 4, "urgency": 4}, If_Match=old)
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert answer.json()["clashes"]
    assert Record.objects.get().impact == 1


def test_the_same_key_reports_once(cast, mail) -> None:
    caller = Caller(cast.alice)
    body = {"title": "Printer on fire", "service": str(mail.pk)}
    first = caller.post("/records", body, Idempotency_Key="k1")
    again = caller.post("/records", body, Idempotency_Key="k1")
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Record.objects.count() == 1
    other = caller.post("/records", body | {"title": "Other"}, Idempotency_Key="k1")
    assert other.status_code in (409, 422)


def test_a_refused_verb_changes_nothing_and_says_what_helps(cast, mail) -> None:
    where = reported(cast, mail)["Location"].removeprefix("/api/v1")
    works = Caller(cast.charlie)
    late = (timezone.now() + timedelta(days=60)).isoformat()
    answer = works.post(
        f"{where}/hold",
        {"waiting_for": "supplier", "reason": "part ordered", "next_contact_at": late},
        If_Match="*",
    )
    assert answer.status_code == 422
    assert answer.json()["field"] == "next_contact_at"
    assert Record.objects.get().evidence == "open"
    assert Caller(cast.alice).post(f"{where}/take", {}, If_Match="*").status_code == 403
    assert not Message.objects.exists()


def test_lists_are_filtered_and_paged_by_key(cast, mail) -> None:
    for n in range(5):
        reported(cast, mail, title=f"Trouble {n}")
    works = Caller(cast.charlie)
    first = works.get("/records?limit=2").json()
    second = works.get(f"/records?limit=2&after={quote(first['next'])}").json()
    numbers = [row["number"] for row in (*first["items"], *second["items"])]
    assert len(set(numbers)) == 4
    assert works.get("/records?text=Trouble%203").json()["items"][0]["title"] == "Trouble 3"
    assert works.get("/records?view=nonsense").status_code in (404, 422)
    assert works.get("/records?after=nonsense").status_code == 422
