"""A real browser at a real address; every journey starts with the same people."""

import os

import django
import pytest

django.setup()

# The browser's driver runs a loop in this thread, and Django would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from django.db import connection  # noqa: E402

from tests.desk.eventlog.logs import disarm  # noqa: E402
from tests.journeys.browsing import Browsing, chromium  # noqa: E402
from trueup.desk.eventlog.guards import triggers  # noqa: E402


@pytest.fixture(scope="session")
def chrome():
    """One browser for all journeys."""
    with chromium() as browser:
        yield browser


def _arm() -> None:
    """Put the log's guards up, whether or not the clean-up of a journey took them down."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        disarm(cursor)
        for statement in triggers("sqlite"):
            cursor.execute(statement)


@pytest.fixture(scope="module", autouse=True)
def guards_back(django_db_setup, django_db_blocker):
    """After the last journey of a module the guards stand again."""
    yield
    with django_db_blocker.unblock():
        _arm()


@pytest.fixture
def browsing(chrome, live_server, transactional_db):
    """Opens windows for people, and fails where a page broke the rules of the browser."""
    _arm()
    windows = Browsing(chrome, live_server.url)
    yield windows
    try:
        windows.close()
    finally:
        with connection.cursor() as cursor:
            disarm(cursor)
