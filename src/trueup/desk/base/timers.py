"""Timers: rows that say what shall happen later, and the worker's part that lets it happen.

A timer's effect and its mark "fired" stand in one transaction, so a killed worker loses nothing
and repeats nothing. Taking a timer up is written down before, so one that breaks the worker each
time is set aside after a few attempts instead of stopping all others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from trueup.desk.base.models import Timer
from trueup.desk.base.viewer import Who, actor_of
from trueup.desk.eventlog import ticks

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 6
Handler = Callable[[Timer], None]

log = logging.getLogger(__name__)
_handlers: dict[str, Handler] = {}


def handle(name: str, handler: Handler) -> None:
    """Declare what timers named `name` or ``name:…`` do, in the transaction of their firing."""
    _handlers[name] = handler


def arm(
    subject: UUID, name: str, due_at: datetime, payload: Mapping[str, object], actor: Who
) -> Timer:
    """Let `name` happen to the subject at `due_at`; an armed one of the same name is moved."""
    who = actor_of(actor)
    values = {
        "due_at": due_at,
        "not_before": due_at,
        "payload": dict(payload),
        "armed_by": {"kind": who.kind, "person": str(who.person) if who.person else None},
        "attempts": 0,
    }
    timer, _ = Timer.objects.update_or_create(
        subject_id=subject, name=name, state="armed", defaults=values
    )
    return timer


def arm_new(
    subject: UUID, wanted: Iterable[tuple[str, datetime, Mapping[str, object]]], actor: Who
) -> None:
    """Arm several timers at once, under names that were never armed before."""
    who = actor_of(actor)
    by = {"kind": who.kind, "person": str(who.person) if who.person else None}
    Timer.objects.bulk_create(
        Timer(
            subject_id=subject, name=name, due_at=due, not_before=due, payload=dict(told),
            armed_by=by,
        )
        for name, due, told in wanted
    )  # fmt: skip


def drop(subject: UUID, *names: str) -> int:
    """Take back the armed timers of a subject, all or those of some names; says how many."""
    armed = Timer.objects.filter(subject_id=subject, state="armed")
    if names:
        armed = armed.filter(name__in=names)
    return armed.update(state="dropped", ended_at=timezone.now())


def fire_due(now: datetime | None = None, most: int = 100) -> int:
    """Let everything happen that is due; says how many timers fired."""
    fired = 0
    for _ in range(most):
        timer = _take(now or timezone.now())
        if timer is None:
            break
        fired += _fire(timer)
    return fired


def _take(now: datetime) -> UUID | None:
    """Lease the timer that waits longest."""
    due = Timer.objects.filter(state="armed", not_before__lte=now).order_by("not_before")
    if not due.exists():
        return None
    with transaction.atomic():
        timer = due.select_for_update(skip_locked=True).first()
        if timer is None:
            return None
        timer.attempts += 1
        timer.not_before = max(now, timezone.now()) + LEASE * timer.attempts
        timer.save(update_fields=["attempts", "not_before"])
        return timer.pk


def _fire(key: UUID) -> bool:
    try:
        with transaction.atomic():
            timer = Timer.objects.select_for_update().get(pk=key)
            if timer.state != "armed":
                return False
            _handlers[timer.name.partition(":")[0]](timer)
            # A handler may arm the same timer for a later date; then it has not fired.
            fired = Timer.objects.filter(pk=key, state="armed", due_at=timer.due_at)
            fired.update(state="fired", ended_at=timezone.now())
    except Exception as trouble:
        log.exception("timer failed")
        _set_aside(key, repr(trouble))
        return False
    return True


def _set_aside(key: UUID, trouble: str) -> None:
    """Keep the reason; after the last attempt somebody has to look."""
    timer = Timer.objects.get(pk=key)
    state = "stuck" if timer.attempts >= MOST_ATTEMPTS else "armed"
    Timer.objects.filter(pk=key, state="armed").update(state=state, trouble=trouble[:500])


ticks.register("timers", fire_due, 1.0)
