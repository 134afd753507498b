"""What shall not be done: cancelled, withdrawn, skipped."""

from __future__ import annotations

from datetime import datetime

from trueup.core.events.work import RecordCancelled, RequestWithdrawn, TaskSkipped
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import timers
from trueup.desk.base.access import Who
from trueup.desk.work.models import Record
from trueup.desk.work.policy import MAY_STOP, begun, holds
from trueup.desk.work.verbs import answering, counting, waiting
from trueup.desk.work.verbs.door import Act, acting


def cancel(
    record: Record,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say that it shall not be done; once work has begun, only a lead or the owner may."""
    with acting(record, "cancel", actor, via, version, at) as act:
        act.need(reason=reason)
        looks = act.looks
        if looks and begun(act.record) and not holds(looks, act.record, MAY_STOP):
            raise Refused(N_("Work on it has begun. Ask the team lead to cancel it."))
        drop(act, RecordCancelled, "cancelled", reason)
    return act.record


def withdraw(
    record: Record,
    *,
    actor: Who,
    reason: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Take a request back before work on it begins."""
    with acting(record, "withdraw", actor, via, version, at) as act:
        drop(act, RequestWithdrawn, "withdrawn", reason)
    return act.record


def skip(
    record: Record,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say why a task is not needed."""
    with acting(record, "skip", actor, via, version, at) as act:
        act.need(reason=reason)
        drop(act, TaskSkipped, "skipped", reason)
    return act.record


def drop(act: Act, told: type[RecordCancelled], close_code: str, reason: str) -> None:
    """It ends undone: no wait, no timer, no due date and no open question is left."""
    act.move()
    waiting.stop_waiting(act)
    act.set(closed_at=act.now, close_code=close_code)
    timers.drop(act.record.pk)
    counting.reckon(act)
    answering.end_pending(act)
    act.log(told(state=act.record.state, close_code=close_code, reason=reason))
