"""Work that stands until somebody does something, with a date on which we look again."""

from __future__ import annotations

from datetime import datetime, timedelta

from trueup.core.events.work import ContactDue, RecordPaused, RecordResumed
from trueup.core.lifecycles import BEFORE
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import timers
from trueup.desk.base.access import Who
from trueup.desk.work.days import usual, working_days_after
from trueup.desk.work.models import Message, Record
from trueup.desk.work.promises import calendar
from trueup.desk.work.verbs import counting
from trueup.desk.work.verbs.door import Act, acting

WAITING_FOR = ("customer", "supplier", "approval", "change", "problem", "internal", "other")
CONTACT_WITHIN_DAYS = 10
ASKED_WITHIN = timedelta(minutes=30)
CONTACT = "work.contact_again"


def hold(
    record: Record,
    *,
    waiting_for: str,
    reason: str,
    next_contact_at: datetime,
    actor: Who,
    awaited: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Put it on hold for somebody, with a reason and the date of the next contact."""
    with acting(record, "hold", actor, via, version, at) as act:
        act.need(waiting_for=waiting_for, reason=reason, next_contact_at=next_contact_at)
        if waiting_for not in WAITING_FOR:
            raise Refused(N_("Choose for whom it waits from the list."), field="waiting_for")
        if waiting_for == "customer" and not _asked(act):
            raise Refused(
                N_("Ask the requester first; then it can wait for the answer."),
                field="waiting_for",
            )
        pause(act, RecordPaused, waiting_for, reason, next_contact_at, awaited)
    return act.record


def resume(
    record: Record,
    *,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Take it off hold; work goes on in the state it left."""
    with acting(record, "resume", actor, via, version, at) as act:
        act.need(reason=reason)
        go_on(act, RecordResumed, reason)
    return act.record


def contact_due(
    record: Record, *, actor: Who, via: str = "timer", at: datetime | None = None
) -> Record:
    """Say that the day of the next contact has come; the timer calls this."""
    with acting(record, "contact_due", actor, via, None, at) as act:
        due = act.record.next_contact_at
        if due is not None and due <= act.now:
            act.log(ContactDue(next_contact_at=due))
    return act.record


def pause(
    act: Act,
    told: type[RecordPaused],
    waiting_for: str,
    reason: str,
    next_contact_at: datetime,
    awaited: str = "",
) -> None:
    """Begin to wait, or renew the wait: the stretch before it ends where this one begins."""
    record = act.record
    _check_contact(act, next_contact_at)
    if record.evidence != "waiting":
        act.set(back_to=record.state)
    goes = _waiting_state(act)
    act.set(
        state=goes,
        evidence="waiting",
        waiting_for=waiting_for,
        waiting_reason=reason.strip()[:300],
        next_contact_at=next_contact_at,
    )
    counting.end_wait(act)
    counting.begin_wait(act, waiting_for, reason)
    act.log(
        told(
            state=goes,
            back_to=record.back_to,
            waiting_for=waiting_for,
            reason=reason,
            awaited=awaited,
            next_contact_at=next_contact_at,
        )
    )
    timers.arm(record.pk, CONTACT, next_contact_at, {}, act.actor)
    counting.reckon(act)


def go_on(act: Act, told: type[RecordResumed], reason: str) -> None:
    """Stop waiting and go back to the state that was left."""
    goes = act.record.back_to
    act.set(state=goes, evidence=act.life.evidence(goes))
    stop_waiting(act)
    act.log(told(state=goes, reason=reason))
    counting.reckon(act)


def stop_waiting(act: Act) -> None:
    """The wait is over, whatever comes now."""
    if act.record.waiting_for:
        timers.drop(act.record.pk, CONTACT)
    act.set(waiting_for="", waiting_reason="", next_contact_at=None, back_to="")
    counting.end_wait(act)


def _waiting_state(act: Act) -> str:
    """The state this verb's row leads to, or the one it stands in already."""
    goes = act.step.next
    return act.record.state if goes == BEFORE else goes


def _check_contact(act: Act, next_contact_at: datetime) -> None:
    if next_contact_at <= act.now:
        raise Refused(N_("The next contact lies in the past."), field="next_contact_at")
    team = act.record.team
    hours = calendar(team.calendar) if team and team.calendar else usual()
    latest = working_days_after(hours, act.now, CONTACT_WITHIN_DAYS)
    if next_contact_at.astimezone(latest.tzinfo).date() > latest.date():
        raise Refused(
            N_("Be in touch again within %(days)s working days, by %(latest)s at the latest."),
            field="next_contact_at",
            days=CONTACT_WITHIN_DAYS,
            latest=latest.date().isoformat(),
        )


def _asked(act: Act) -> bool:
    """Whether the requester heard from us in the last half hour."""
    since = act.now - ASKED_WITHIN
    return Message.objects.filter(
        record=act.record, public=True, direction="out", at__gte=since, at__lte=act.now
    ).exists()
