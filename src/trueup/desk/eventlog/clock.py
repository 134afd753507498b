"""When things are written down: now, save while a demo's invented history is being played.

A demo desk is filled by the same verbs as any other. Its history would all be "backdated" if it
were stamped with the hour of loading, so the player sets the clock, forward only and never into
the future. Nobody else can: only a demo home that is still being loaded has such a past. Its
events are written in heaps, in their order, in the transaction of the whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from trueup.core.refusals import Broken
from trueup.core.words import N_
from trueup.desk.eventlog.models import Event, EventPrivate

MARK, LOADED = "demo.mark", "demo.loaded"
HEAP = 500
Row = tuple[Event, EventPrivate | None]


@dataclass(slots=True)
class Past:
    """A history being played: its clock, the events not yet written, the data keys so far."""

    write: Callable[[list[Row]], None]
    at: datetime | None = None
    kept: list[Row] = field(default_factory=list)
    keys: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def set(self, at: datetime) -> None:
        """Move the clock forward to `at`; an earlier instant leaves it where it is."""
        if at > timezone.now():
            raise Broken(N_("A history does not reach into the future."))
        self.at = at if self.at is None else max(self.at, at)

    def keep(self, row: Row) -> None:
        """Write an event with the next heap."""
        self.kept.append(row)
        if len(self.kept) >= HEAP:
            self.settle()

    def settle(self) -> None:
        """Write what is kept."""
        rows, self.kept = self.kept, []
        if rows:
            self.write(rows)


_past: ContextVar[Past | None] = ContextVar("past", default=None)


def now() -> datetime:
    """The instant that `at_recorded` gets."""
    past = _past.get()
    return (past.at if past else None) or timezone.now()


def past() -> Past | None:
    """The history that is being played, if any."""
    return _past.get()


def settle() -> None:
    """Before the log is read: write what a history being played still keeps."""
    found = _past.get()
    if found is not None:
        found.settle()


@contextmanager
def playing(write: Callable[[list[Row]], None]) -> Iterator[Callable[[datetime], None]]:
    """Let a demo's loader set the clock; Broken anywhere else."""
    if not _is_being_loaded():
        raise Broken(N_("Only a demo that is being loaded may have a past."))
    made = Past(write)
    token = _past.set(made)
    try:
        yield made.set
        made.settle()
    finally:
        _past.reset(token)


def _is_being_loaded() -> bool:
    home = settings.HOME
    return bool(settings.DEMO) and (home / MARK).exists() and not (home / LOADED).exists()
