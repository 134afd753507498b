"""What only PostgreSQL can show: many writers and sealers at once, and a role with few rights."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests.desk.eventlog.logs import say
from trueup.desk.eventlog import seal
from trueup.desk.eventlog.guards import SEALED, grants
from trueup.desk.eventlog.models import Event, EventSeal
from trueup.desk.eventlog.verify import verify

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer and no roles"
)
ROLE = "trueup_test_application"


def in_threads(*calls):
    failures: list[BaseException] = []

    def run(call):
        try:
            call()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_writers_and_two_sealers_at_once(committed):
    done = threading.Event()

    def write():
        for number in range(60):
            say(number, text="words")

    def sealing():
        while not done.is_set():
            seal.seal_pending(limit=7)

    sealers = [threading.Thread(target=in_threads, args=(sealing,)) for _ in range(2)]
    for thread in sealers:
        thread.start()
    in_threads(*[write] * 6)
    done.set()
    for thread in sealers:
        thread.join()
    while seal.seal_pending():
        pass
    seal.checkpoint()
    assert EventSeal.objects.count() == Event.objects.count() == 360
    assert verify().findings == ()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", SEALED)
@pytest.mark.parametrize("who", ["owner", "application"])
def test_neither_owner_nor_application_changes_the_log(who, table, statement):
    say(1)
    seal.seal_pending()
    seal.checkpoint()
    column = {"event": "via='x'", "event_seal": "chain='x'", "checkpoint": "note='x'"}[table]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if who == "application":
            cursor.execute(f"CREATE ROLE {ROLE}")
            for grant in grants(ROLE, eraser=None):
                cursor.execute(grant)
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
        refused = DatabaseError if who == "owner" else ProgrammingError
        with pytest.raises(refused, match=r"append-only|permission denied"), transaction.atomic():
            cursor.execute(statement.format(table, column))


@pytest.mark.django_db
def test_the_applications_role_can_write_and_seal():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        for grant in grants(ROLE):
            cursor.execute(grant)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    say(1, text="words")
    assert seal.seal_pending() == 1
    assert seal.checkpoint() == 1
    assert verify().findings == ()
