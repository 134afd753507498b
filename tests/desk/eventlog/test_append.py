"""Writing: one transaction, every column under the leaf, private text nowhere in the clear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tests.desk.eventlog.logs import log_of, say
from trueup.desk.eventlog import reads, seal
from trueup.desk.eventlog.canonical import plain, time_text
from trueup.desk.eventlog.models import Event, EventPending, EventPrivate

pytestmark = pytest.mark.django_db


def test_private_text_is_kept_apart_and_read_back():
    say(1, text="my knee hurts")
    row = Event.objects.get()
    assert "knee" not in row.public_json
    assert b"knee" not in bytes(EventPrivate.objects.get().blob)
    assert reads.events_of("record", "r1")[0].payload == {"number": 1, "field": "f"}
    assert reads.events_of("record", "r1", private=True)[0].payload["text"] == "my knee hurts"


def test_evidence_rows_carry_the_chain():
    log_of(5, text="x")
    rows = list(reads.evidence())
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0]["field"] == "f"
    assert rows[0]["source_activity"] == "say"
    assert [row["prev_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    assert next(reads.evidence(3))["prev_hash"] == rows[2]["hash"]


def test_sealing_empties_the_queue_and_has_no_gaps():
    for number in range(7):
        say(number)
    assert seal.seal_pending(limit=3) == 3
    assert seal.seal_pending() == 4
    assert seal.seal_pending() == 0
    assert reads.head() == 7
    assert not EventPending.objects.exists()


def test_what_was_rolled_back_never_happened():
    with transaction.atomic():
        say(1)
        transaction.set_rollback(True)
    assert seal.seal_pending() == 0


@pytest.mark.parametrize("statement", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", ["event", "event_seal", "checkpoint"])
def test_the_database_refuses_changes(table, statement):
    log_of(2)
    column = {"event": "via", "event_seal": "chain", "checkpoint": "note"}[table]
    text = f"UPDATE {table} SET {column}='x'" if statement == "UPDATE" else f"DELETE FROM {table}"
    with pytest.raises(DatabaseError, match="append-only"):
        connection.cursor().execute(text)


def test_only_plain_values_can_be_told():
    with pytest.raises(TypeError):
        plain(1.5)
    assert time_text(datetime(2026, 1, 2, 3, tzinfo=UTC)) == "2026-01-02T03:00:00.000000Z"
