"""Followers: upper rooms read the log from a position of their own, at least once.

A follower does its work and moves its position in one transaction, so a crash between the two
undoes both. What reaches outside the database may be done twice: such a follower keeps the
number of the event with what it sends.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from trueup.desk.eventlog.models import FollowerPosition
from trueup.desk.eventlog.reads import StoredEvent, head, sealed_after

log = logging.getLogger(__name__)
_followers: dict[str, Follower] = {}


class Follower:
    """Something that wants to know what happened; `name` is kept with its position.

    `kinds` limits it to some events by stable name (empty: all).
    """

    name: str = ""
    kinds: frozenset[str] = frozenset()

    def handle(self, event: StoredEvent) -> None:
        """Act on one event; it may come again, and then nothing more may come of it."""
        raise NotImplementedError


def register(follower: Follower) -> None:
    """Add a follower; two of one name are a mistake (ValueError), the same again is not."""
    known = _followers.get(follower.name)
    if not follower.name or (known and type(known) is not type(follower)):
        raise ValueError(f"A follower needs a name of its own, not {follower.name!r}.")
    _followers[follower.name] = follower


def names() -> list[str]:
    """The names of all followers."""
    return sorted(_followers)


def run_followers(once: bool = True, limit: int = 500) -> int:
    """Bring each follower forward and return how many events were handled.

    `once` reads one batch each, else until all have caught up. A follower that fails stays
    where it is, keeps what went wrong for the health page, and holds up nobody else.
    """
    total = 0
    while True:
        handled = sum(_forward(follower, limit) for follower in list(_followers.values()))
        total += handled
        if once or not handled:
            return total


def start_here() -> None:
    """Let every follower begin after all that is sealed: of a played history they are not told.

    Whoever plays it does at each instant what they would have done.
    """
    last = head()
    for name in _followers:
        FollowerPosition.objects.update_or_create(name=name, defaults={"seq": last})


def _forward(follower: Follower, limit: int) -> int:
    position = FollowerPosition.objects.filter(name=follower.name).first()
    events = sealed_after(position.seq if position else 0, limit)
    moved = 0
    for event in events:
        try:
            moved += _handle(follower, event)
        except Exception as failure:
            log.exception("follower %s failed at %s", follower.name, event.seq)
            _note_failure(follower, f"{type(failure).__name__} at {event.seq}")
            break
    return moved


def _handle(follower: Follower, event: StoredEvent) -> int:
    """Handle one event unless another process was faster; position and work go together."""
    with transaction.atomic():
        position, _ = FollowerPosition.objects.select_for_update().get_or_create(name=follower.name)
        seq = event.seq or 0
        if position.seq >= seq:
            return 0
        if not follower.kinds or event.kind in follower.kinds:
            follower.handle(event)
        position.seq, position.failed_at, position.failure = seq, None, ""
        position.save()
    return 1


def _note_failure(follower: Follower, text: str) -> None:
    FollowerPosition.objects.update_or_create(
        name=follower.name, defaults={"failed_at": timezone.now(), "failure": text}
    )
