"""What must be true before the first page: a safe database with every migration."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FULL_SYNC = 2


class NotReady(Exception):
    """The desk must not start; the text says why and what to do."""


def pending_migrations() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> int:
    """Bring the database to this version; returns how many migrations were made."""
    count = pending_migrations()
    if count:
        call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    return count


def _pragma(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return str(cursor.fetchone()[0])


def _server_setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


def unsafe_settings() -> list[str]:
    """Settings of the database under which a power cut could lose what was confirmed."""
    if connection.vendor == "sqlite":
        found = {"synchronous": _pragma("synchronous"), "journal_mode": _pragma("journal_mode")}
        wanted = {"synchronous": str(FULL_SYNC), "journal_mode": "wal"}
    else:
        wanted = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on")
        found = {name: _server_setting(name) for name in wanted}
    return [
        f"{name} is {found[name]}, not {want}"
        for name, want in wanted.items()
        if found[name] != want
    ]


def require_safe_database() -> None:
    """Refuse to start on a database that would forget confirmed work (NotReady)."""
    problems = unsafe_settings()
    if problems:
        raise NotReady(
            "The database may lose confirmed work: " + "; ".join(problems) + ". Set it right first."
        )


def prepare() -> int:
    """Make the database safe and current; returns how many migrations were made.

    A demo gets its models from the worker, once its past was played.
    """
    for folder in (settings.HOME, settings.STATIC_ROOT):
        Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    require_safe_database()
    made = migrate()
    if not settings.DEMO:
        # Its tables exist only now, so it is loaded only now.
        import_module("trueup.desk.processes.verbs").install_shipped()
    return made
