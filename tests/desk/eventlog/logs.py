"""Small logs for the tests, and raw access past the triggers as an attacker has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import connection, transaction

from trueup.core.actors import Actor
from trueup.core.events import Event
from trueup.desk.eventlog import seal
from trueup.desk.eventlog.verbs import append

ALICE = Actor("person", uuid4(), "Alice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Event):
    entity: ClassVar[str] = "record"
    activity: ClassVar[str] = "commented"
    name: ClassVar[str] = "say"
    means: ClassVar[str] = "Somebody said something."
    reads: ClassVar[str] = "said %(text)s"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    number: int
    field: str = ""
    text: str = ""


def say(number: int, *, text: str = "", actor: Actor = ALICE, about: UUID | None = None) -> int:
    with transaction.atomic():
        return append(
            Said(number=number, field="f", text=text),
            actor=actor,
            entity_id=f"r{number}",
            via="web",
            about=about,
        )


def log_of(size: int, *, every: int = 10, text: str = "") -> None:
    """A sealed log with a checkpoint each `every` events and one at the end."""
    for number in range(1, size + 1):
        say(number, text=text)
        if number % every == 0:
            seal.seal_pending()
            seal.checkpoint()
    seal.seal_pending()
    seal.checkpoint()


def raw(*statements: str) -> None:
    """Run statements with keys and triggers out of the way."""
    with connection.cursor() as cursor:
        disarm(cursor)
        for statement in statements:
            cursor.execute(statement)


def disarm(cursor) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        return
    cursor.execute("PRAGMA defer_foreign_keys=ON")
    cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE '%refuses%'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {name}")
