"""One worker at a time: taking what waits under a lease, keeping it, and ending it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from trueup.desk.assurance.models import Leased
from trueup.desk.base.locking import claim

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
OPEN = ("queued", "running")
L = TypeVar("L", bound=Leased)


def waiting(model: type[L], now: datetime) -> L | None:
    """The oldest one that waits or whose worker is gone, without taking it."""
    first = model._default_manager.filter(state__in=OPEN).order_by("asked_at", "pk").first()
    return first if first is None or first.lease_until is None or first.lease_until <= now else None


def take_next(model: type[L], now: datetime, give_up: Callable[[L], object]) -> L | None:
    """Lease the oldest one that waits or whose worker is gone; None where there is none.

    One that broke several workers is handed to `give_up` instead.
    """
    if waiting(model, now) is None:
        return None
    with transaction.atomic():
        rows = model._default_manager.select_for_update(skip_locked=True).filter(state__in=OPEN)
        found = rows.order_by("asked_at", "pk").first()
        if found is None or (found.lease_until is not None and found.lease_until > now):
            return None
        if found.attempts >= MOST_ATTEMPTS:
            give_up(found)
            return None
        found.state, found.attempts, found.lease_until = "running", found.attempts + 1, now + LEASE
        found.started_at, found.done, found.of, found.doing = now, 0, 0, ""
        found.save()
    return found


def tell(thing: Leased, done: int, of: int, doing: str) -> bool:
    """Say how far it is and keep the lease; False where another worker has taken it over."""
    rows = type(thing)._default_manager.filter(pk=thing.pk, state="running")
    held = rows.filter(attempts=thing.attempts)
    lease = timezone.now() + LEASE
    return bool(held.update(done=done, of=of, doing=doing[:300], lease_until=lease))


def claimed(thing: L, states: tuple[str, ...] = ("running",)) -> tuple[L, bool]:
    """The row as it stands, locked, and whether this worker may still end it."""
    fresh = claim(thing, None)
    return fresh, fresh.state in states and fresh.attempts == thing.attempts


def end(thing: Leased, state: str) -> None:
    """Close it in one of the two last states."""
    thing.state, thing.lease_until = state, None
    thing.ended_at = timezone.now()
    thing.version += 1
    thing.save()
