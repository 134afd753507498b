"""When things are written down: now, save while a demo's invented history is being played.

A demo desk is filled by the same verbs as any other. Its history would all be "backdated" if it
were stamped with the hour of loading, so the player sets the clock, forward only and never into
the future. Nobody else can: only a demo home that is still being loaded has such a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from trueup.core.refusals import Broken
from trueup.core.words import N_

MARK, LOADED = "demo.mark", "demo.loaded"
_played: ContextVar[datetime | None] = ContextVar("played", default=None)


def now() -> datetime:
    """The instant that `at_recorded` gets."""
    return _played.get() or timezone.now()


@contextmanager
def playing() -> Iterator[Callable[[datetime], None]]:
    """Let a demo's loader set the clock; Broken anywhere else."""
    if not _is_being_loaded():
        raise Broken(N_("Only a demo that is being loaded may have a past."))
    token = _played.set(None)
    try:
        yield _set
    finally:
        _played.reset(token)


def _set(at: datetime) -> None:
    """Move the clock forward to `at`; an earlier instant leaves it where it is."""
    if at > timezone.now():
        raise Broken(N_("A history does not reach into the future."))
    before = _played.get()
    _played.set(at if before is None else max(before, at))


def _is_being_loaded() -> bool:
    home = settings.HOME
    return bool(settings.DEMO) and (home / MARK).exists() and not (home / LOADED).exists()
