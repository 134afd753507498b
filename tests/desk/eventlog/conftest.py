from __future__ import annotations

import pytest
from django.db import connection

from tests.desk.eventlog.logs import disarm
from trueup.desk.eventlog.guards import triggers


@pytest.fixture(autouse=True)
def outside_file(tmp_path, settings):
    """Keys, the log's name and the outside file are each test's own."""
    settings.HOME = tmp_path
    settings.CHECKPOINT_FILE = tmp_path / "outside" / "checkpoints.log"
    settings.CHECKPOINT_FILE.parent.mkdir()
    return settings.CHECKPOINT_FILE


@pytest.fixture
def tampering(db):
    """A log whose guards may be taken down: foreign keys are not checked at the end."""
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
    connection.check_constraints = lambda *args, **kwargs: None
    connection.needs_rollback = True


@pytest.fixture
def guards_back(django_db_setup, django_db_blocker):
    """Put the guards back after the clean-up of a test in real transactions."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            connection.close()
            return
        with connection.cursor() as cursor:
            for statement in triggers("sqlite"):
                cursor.execute(statement)


@pytest.fixture
def committed(guards_back, transactional_db):
    """A log in real transactions; the guards step aside for the clean-up only."""
    yield
    with connection.cursor() as cursor:
        disarm(cursor)
