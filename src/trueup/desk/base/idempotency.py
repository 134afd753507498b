"""Keys against doing things twice: the same key gets the same answer, and one effect.

A key belongs to a person and one request; it is kept for seven days. A request that died while
running gives its key free after the lease, since its transaction never became true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from trueup.core.refusals import Conflict, Refused
from trueup.core.words import N_
from trueup.desk.base.models import IdempotencyKey

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=7)
STILL = N_("The first request with this key is still running. Ask again in a moment.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Running(Conflict):
    """The first request with this key has not ended yet."""

    code = "running"


def begin(person: UUID, key: str, request: str, now: datetime) -> Answer | None:
    """Take the key for this request; gives the stored answer where it was asked before.

    Raises Refused where the key was used for another request, Running while the first one runs.
    """
    for _ in range(2):
        found = IdempotencyKey.objects.filter(person_id=person, key=key).first()
        if found is None:
            if _took(person, key, request, now):
                return None
            continue
        return _again(found, request, now)
    raise Running(STILL)


def _took(person: UUID, key: str, request: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            IdempotencyKey.objects.create(
                person_id=person, key=key, request=request, lease_until=now + LEASE, made_at=now
            )
    except IntegrityError:
        return False
    return True


def _again(found: IdempotencyKey, request: str, now: datetime) -> Answer | None:
    if found.request != request:
        raise Refused(
            N_("This Idempotency-Key was used for another request. Use a new key."),
            field="Idempotency-Key",
        )
    if found.state == "done":
        return Answer(found.status or 500, found.headers, bytes(found.body))
    retaken = IdempotencyKey.objects.filter(
        pk=found.pk, state="running", lease_until__lt=now, lease_until=found.lease_until
    ).update(lease_until=now + LEASE)
    if retaken:
        return None
    raise Running(STILL)


def finish(person: UUID, key: str, answer: Answer) -> None:
    """Keep the answer for repetitions; call it in the transaction of the effect itself.

    Raises Running where another attempt ended first, so that this one's effect is rolled back.
    """
    running = IdempotencyKey.objects.filter(person_id=person, key=key, state="running")
    if not running.update(
        state="done", status=answer.status, headers=answer.headers, body=answer.body
    ):
        raise Running(STILL)


def release(person: UUID, key: str) -> None:
    """Give the key free: nothing was done, the request may be sent again."""
    IdempotencyKey.objects.filter(person_id=person, key=key, state="running").delete()


def forget_old(now: datetime) -> int:
    """Delete keys older than seven days; says how many."""
    return IdempotencyKey.objects.filter(made_at__lt=now - KEPT).delete()[0]
