"""The clocks of a record, computed from its instants and waits; nothing here is stored.

Response runs until the first human public word and never pauses. The clock of the kind's own
metric (resolve, fulfil) runs until it is resolved, pauses as its target says and while it stood
resolved before being reopened. Update runs from one public word to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from trueup.core.calendars import ClockState, Pause, clock_state
from trueup.desk.work.kinds import KINDS
from trueup.desk.work.promises import Promise, chosen

RULE = "clocks/1"
WARN_AT = 0.75
STOOD_RESOLVED = "resolved"


class Timed(Protocol):
    """What of a record its clocks are computed from."""

    kind: str
    priority: int
    evidence: str
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """For whom a record waited, from when to when (None: it still does)."""

    waiting_for: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock with its promise: its state in segments, when it stopped, whether it stands now."""

    promise: Promise
    state: ClockState
    stopped_at: datetime | None
    paused: bool = False

    @property
    def metric(self) -> str:
        """What it measures: response, resolve, fulfil, update."""
        return self.promise.metric

    @property
    def target(self) -> UUID:
        """The id of the target it runs against."""
        return self.promise.target

    @property
    def minutes(self) -> float:
        """How long it may run."""
        return self.promise.minutes

    @property
    def share(self) -> float:
        """How much of the target is used up; more than 1 where it is broken."""
        return self.state.elapsed_min / self.minutes if self.minutes else 1.0


def clocks(
    record: Timed,
    promises: Sequence[Promise],
    waits: Iterable[Stretch],
    now: datetime,
    *,
    spoke_at: datetime | None = None,
    approved_at: datetime | None = None,
) -> list[Clock]:
    """The clocks of a record as they stand, for its present priority, counted from the start.

    `spoke_at` is the last public word to the requester, `approved_at` the last yes.
    """
    held = list(waits)
    mine = chosen(promises, record.priority)
    own = KINDS[record.kind].metric if record.kind in KINDS else ""
    made: list[Clock] = []
    if "response" in mine:
        stop = record.first_response_at or _ended(record)
        made.append(_clock(mine["response"], record.opened_at, stop, (), now))
    if own and own in mine:
        promise = mine[own]
        stop = record.closed_at if promise.clock_stop == "closed" else record.resolved_at
        start = approved_at if promise.clock_start.endswith("approved") else None
        pauses = _pauses(held, promise.pauses)
        made.append(
            _clock(promise, start or record.opened_at, stop or _cancelled(record), pauses, now)
        )
    if "update" in mine and record.evidence in ("open", "waiting"):
        pauses = _pauses(held, stops=frozenset({"customer"}))
        made.append(_clock(mine["update"], spoke_at or record.opened_at, None, pauses, now))
    return made


def warning_at(clock: Clock, now: datetime) -> datetime | None:
    """When three quarters of a running clock are used up, as things stand."""
    state = clock.state
    left = clock.minutes * WARN_AT - state.elapsed_min
    if left <= 0:
        return now
    return clock.promise.calendar.add(now, left)


def _clock(
    promise: Promise,
    start: datetime,
    stop: datetime | None,
    pauses: Sequence[Pause],
    now: datetime,
) -> Clock:
    state = clock_state(start, stop, pauses, promise.minutes, promise.calendar, now)
    paused = stop is None and any(end is None for _, end, _ in pauses)
    return Clock(promise, state, stop, paused)


def _pauses(waits: Iterable[Stretch], stops: frozenset[str]) -> list[Pause]:
    stopping = stops | {STOOD_RESOLVED}
    return [
        (each.began_at, each.ended_at, each.waiting_for)
        for each in waits
        if each.waiting_for in stopping
    ]


def _ended(record: Timed) -> datetime | None:
    return record.resolved_at or _cancelled(record)


def _cancelled(record: Timed) -> datetime | None:
    return record.closed_at if record.evidence == "cancelled" else None
