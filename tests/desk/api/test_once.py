"""The same key gives the same answer and one effect, also when asked at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from tests import people
from tests.desk.api.calls import Caller
from trueup.desk.base import idempotency
from trueup.desk.base.models import IdempotencyKey
from trueup.desk.eventlog.models import Event
from trueup.desk.services.models import Service


@pytest.fixture(autouse=True)
def _home(settings, tmp_path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def cast() -> people.Cast:
    return people.cast()


@pytest.mark.django_db
def test_asked_again_it_answers_the_same_and_does_nothing(cast) -> None:
    olga = Caller(cast.olga)
    first = olga.post("/services", {"name": "Mail"}, Idempotency_Key="k")
    events = Event.objects.count()
    again = olga.post("/services", {"name": "Mail"}, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert Event.objects.count() == events


@pytest.mark.django_db
def test_the_same_key_for_something_else_is_refused(cast) -> None:
    olga = Caller(cast.olga)
    olga.post("/services", {"name": "Mail"}, Idempotency_Key="k")
    other = olga.post("/services", {"name": "Print"}, Idempotency_Key="k")
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    assert Service.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_call_frees_its_key(cast) -> None:
    olga = Caller(cast.olga)
    assert olga.post("/services", {"name": 5}, Idempotency_Key="k").status_code == 422
    assert olga.post("/services", {"name": "Mail"}, Idempotency_Key="k").status_code == 201


@pytest.mark.django_db
def test_a_key_belongs_to_its_person(cast) -> None:
    other = people.person("otto", "service_owner")
    for caller, name in ((Caller(cast.olga), "Mail"), (Caller(other), "Print")):
        assert caller.post("/services", {"name": name}, Idempotency_Key="k").status_code == 201


@pytest.mark.django_db
def test_while_the_first_runs_the_second_waits_and_a_dead_one_is_taken_over(cast) -> None:
    olga, now = Caller(cast.olga), timezone.now()
    assert olga.post("/services", {"name": "Mail"}, Idempotency_Key="k").status_code == 201
    IdempotencyKey.objects.update(state="running", lease_until=now + idempotency.LEASE)
    waits = olga.post("/services", {"name": "Mail"}, Idempotency_Key="k")
    assert (waits.status_code, waits.json()["code"]) == (409, "running")
    assert waits["Retry-After"] == "1"
    IdempotencyKey.objects.update(lease_until=now - idempotency.LEASE)
    Service.objects.all().delete()
    assert olga.post("/services", {"name": "Mail"}, Idempotency_Key="k").status_code == 201


@pytest.mark.usefixtures("committed")
def test_fifty_at_once_have_one_effect() -> None:
    cast = people.cast()
    olga = Caller(cast.olga)
    statuses: list[int] = []
    bodies: set[bytes] = set()

    def call() -> None:
        answer = olga.post("/services", {"name": "Mail"}, Idempotency_Key="same")
        statuses.append(answer.status_code)
        if answer.status_code == 201:
            bodies.add(answer.content)
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert len(statuses) == 50
    assert len(bodies) == 1
    assert Service.objects.count() == 1
    assert connection.is_usable()


@pytest.mark.django_db
def test_old_keys_are_forgotten(cast) -> None:
    olga, now = Caller(cast.olga), timezone.now()
    olga.post("/services", {"name": "Mail"}, Idempotency_Key="k")
    assert idempotency.forget_old(now) == 0
    assert idempotency.forget_old(now + idempotency.KEPT * 2) == 1
