"""Who is here: names kept for a short while, never stored.

Two technicians who open one record at the same moment may miss each other for one round; the
next round, a quarter of a minute later, shows both.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from trueup.desk.base.access import Viewer

GONE_AFTER = 45
Seen = dict[str, tuple[str, float, bool]]


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody else on the same record."""

    person: str
    name: str
    writing: bool


def _key(record: UUID) -> str:
    return f"desk:here:{record}"


def _fresh(seen: Seen | None) -> Seen:
    now = time.time()
    return {key: one for key, one in (seen or {}).items() if now - one[1] < GONE_AFTER}


def arrive(record: UUID, viewer: Viewer, *, writing: bool = False) -> list[Here]:
    """Say that this person is here, and return the others."""
    seen = _fresh(cache.get(_key(record)))
    seen[str(viewer.person)] = (viewer.name, time.time(), writing)
    cache.set(_key(record), seen, GONE_AFTER)
    return _others(seen, viewer)


def at_many(records: list[UUID], viewer: Viewer) -> dict[UUID, list[Here]]:
    """The others on several records, in one question."""
    found = cache.get_many([_key(one) for one in records])
    return {one: _others(_fresh(found.get(_key(one))), viewer) for one in records}


def _others(seen: Seen, viewer: Viewer) -> list[Here]:
    return [
        Here(key, name, writing)
        for key, (name, _, writing) in sorted(seen.items())
        if key != str(viewer.person)
    ]
