"""The interface says who calls, refuses in problems, and asks for the version it changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import people
from tests.desk.api.calls import Caller
from trueup.core.actors import SYSTEM
from trueup.desk.base import verbs as base
from trueup.desk.base.models import ApiToken
from trueup.desk.services import verbs
from trueup.desk.services.models import Agreement, Service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    settings.ATTACHMENTS = tmp_path / "files"


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.fixture
def proposed(cast) -> Agreement:
    mail = verbs.add_service(name="Mail", owner=cast.olga, actor=SYSTEM)
    made = verbs.draft(service=mail, customer=cast.acme, start=date(2026, 1, 1), actor=SYSTEM)
    verbs.set_target(made, metric="resolve", value=8, unit="hours", actor=SYSTEM)
    return verbs.propose(made, actor=SYSTEM)


def test_it_knows_who_calls(cast) -> None:
    answer = Caller(cast.anna, "read").get("/me")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["name"], told["customer"]) == ("anna", str(cast.acme.pk))
    assert told["grants"] == [{"role": "customer_manager", "scope": None}]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", [None, "Bearer tru_x_y", "Basic YTpi", "Bearer"])
def test_without_a_valid_token_nothing(cast, client, header) -> None:
    answer = client.get("/api/v1/people", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "WWW-Authenticate" in answer


def test_a_token_dies_with_its_day_its_end_and_its_person(cast) -> None:
    callers = [Caller(cast.alice), Caller(cast.bert), Caller(cast.anna)]
    ApiToken.objects.filter(person=cast.alice).update(expires_at=timezone.now())
    base.revoke_token(ApiToken.objects.get(person=cast.bert), actor=SYSTEM)
    base.deactivate(cast.anna, reason="left", actor=SYSTEM)
    assert [caller.get("/me").status_code for caller in callers] == [401, 401, 401]


def test_a_reading_token_changes_nothing(cast) -> None:
    answer = Caller(cast.ada, "read").post("/services", {"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert not Service.objects.exists()


def test_only_the_hash_of_a_token_is_kept(cast) -> None:
    caller = Caller(cast.alice)
    row = ApiToken.objects.get(person=cast.alice)
    assert caller.token not in str(vars(row))
    assert len(caller.token) > 50


def test_another_customers_thing_is_as_missing_to_the_byte(cast, proposed) -> None:
    bella = Caller(cast.bella)
    hidden = bella.get(f"/agreements/{proposed.pk}")
    missing = bella.get("/agreements/00000000-0000-4000-8000-000000000000")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content
    refused = bella.post(f"/agreements/{proposed.pk}/agree", If_Match="*")
    assert (refused.status_code, refused.content) == (404, hidden.content)


def test_a_change_needs_the_version_and_a_stale_one_conflicts(cast, proposed) -> None:
    anna = Caller(cast.anna)
    path = f"/agreements/{proposed.pk}/agree"
    assert anna.post(path).status_code == 428
    assert anna.post(path, If_Match='"1"').status_code == 409
    tag = anna.get(f"/agreements/{proposed.pk}")["ETag"]
    agreed = anna.post(path, If_Match=tag)
    assert (agreed.status_code, agreed.json()["state"]) == (200, "agreed")
    assert agreed["ETag"] != tag


def test_a_rule_that_says_no_is_told_in_the_callers_language(cast, proposed) -> None:
    olga = Caller(cast.olga)
    answer = olga.post(f"/agreements/{proposed.pk}/propose", If_Match="*")
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert "proposed" in answer.json()["detail"]


def test_unknown_fields_and_filters_are_refused(cast) -> None:
    olga = Caller(cast.olga)
    for body in ({"name": "x", "version": 9}, {"name": "x", "id": str(cast.acme.pk)}, {}, []):
        answer = olga.post("/services", body)
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
    assert olga.get("/people?is_staff=1").status_code == 422
    assert not Service.objects.exists()


@pytest.mark.parametrize("name", ["a\x00b", "x" * 301, 5, None, ["x"]])
def test_inputs_a_database_cannot_hold_are_refused(cast, name) -> None:
    answer = Caller(cast.olga).post("/services", {"name": name})
    assert answer.status_code == 422
    assert "x" * 50 not in answer.content.decode()


@pytest.mark.parametrize("body", ["{", b"\xff\xfe", '{"name": "\\ud800"}', "[" * 50_000])
def test_what_is_no_json_is_refused_and_nothing_breaks(cast, body) -> None:
    assert Caller(cast.olga).post("/services", body).status_code in (400, 422)


def test_a_related_thing_one_cannot_see_is_as_missing(cast) -> None:
    olga = Caller(cast.olga)
    answer = olga.post("/services", {"name": "x", "owner": str(cast.acme.pk)})
    assert (answer.status_code, answer.json()["field"]) == (404, "owner")


def test_pages_join_without_gap_or_double(cast) -> None:
    ada = Caller(cast.ada)
    seen, after = [], ""
    while True:
        page = ada.get(f"/people?limit=2{after}").json()
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == people.Person.objects.count()
    assert ada.get("/people?limit=201").status_code == 422
    assert ada.get("/people?after=x").status_code == 422


def test_the_budget_of_a_token(cast, settings) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    caller, other = Caller(cast.alice), Caller(cast.bert)
    statuses = [caller.get("/me").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert 0 < int(caller.get("/me")["Retry-After"]) <= 60
    assert other.get("/me").status_code == 200


def test_a_body_too_large_is_refused_before_it_is_read(cast) -> None:
    answer = Caller(cast.olga).post("/services", "x" * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_wrong_method_and_a_wrong_address_are_problems(cast) -> None:
    ada = Caller(cast.ada)
    answer = ada.post("/me")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    for path in ("/nothing", "/people/5", "/people/../me", "/"):
        answer = ada.get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


def test_a_file_comes_back_as_bytes_to_save(cast, proposed) -> None:
    olga = Caller(cast.olga)
    path = f"/subjects/{proposed.pk}/attachments"
    made = olga.upload(path, SimpleUploadedFile("a.txt", b"hello", "text/html"))
    assert made.status_code == 201
    assert made.json()["type"] == "text/plain"
    anna = Caller(cast.anna)
    assert [row["name"] for row in anna.get(path).json()["items"]] == ["a.txt"]
    sent = anna.get(f"/attachments/{made.json()['id']}/content")
    assert b"".join(sent.streaming_content) == b"hello"
    assert sent["Content-Disposition"] == 'attachment; filename="a.txt"'
    assert Caller(cast.bella).get(f"/attachments/{made.json()['id']}/content").status_code == 404
    page = SimpleUploadedFile("a.html", b"<html>", "text/plain")
    refused = olga.upload(path, page)
    assert (refused.status_code, refused.json()["field"]) == (422, "file")


def test_health_tells_nothing_but_ok(client) -> None:
    assert client.get("/api/v1/health").json() == {"status": "ok"}


def test_expiry_is_bounded(cast) -> None:
    _, text = base.issue_token(cast.alice, name="t", scopes=("read",), days=1, actor=SYSTEM)
    row = ApiToken.objects.get(prefix=text.split("_")[1])
    assert row.expires_at - timezone.now() < timedelta(days=1)
    with pytest.raises(base.rights.Refused):
        base.issue_token(cast.alice, name="t", scopes=("read",), days=999, actor=SYSTEM)
