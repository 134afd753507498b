"""Sending the question, reminding once, letting it end, and not asking whoever says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trueup.core.actors import SYSTEM
from trueup.core.events.base import Event
from trueup.core.events.feedback import (
    AskingAllowed,
    AskingEnded,
    SurveyExpired,
    SurveyInvited,
    SurveyReminded,
)
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Person
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.verbs import append
from trueup.desk.feedback.models import OptOut, Survey
from trueup.desk.feedback.verbs.calling import call, is_grave
from trueup.desk.feedback.verbs.sampling import log_choice
from trueup.desk.work.days import usual, working_days_after

REMIND_AFTER_DAYS = 3
EXPIRE_AFTER_DAYS = 10
AT_ONCE = 200


def invite(survey: Survey, *, actor: Who, via: str = "timer", at: datetime | None = None) -> Survey:
    """Send the question; where the record is open again, it is left out instead."""
    with transaction.atomic():
        survey = claim(survey, None)
        require(actor, "invite", survey)
        _need_state(survey, "sampled")
        now = at or clock.now()
        if survey.record is not None and survey.record.evidence not in ("resolved", "closed"):
            survey.rule, survey.invite_at = "open again", None
            _move(survey, "skipped", "rule", "invite_at")
            log_choice(survey, actor=actor, via=via, at=now)
            return survey
        event = send(survey, now)
        _move(survey, "invited", "sent_at", "sent_by", "remind_at", "expires_at")
        _log(survey, event, actor, via, now)
    return survey


def remind(survey: Survey, *, actor: Who, via: str = "timer", at: datetime | None = None) -> Survey:
    """Send the question once more, and only once."""
    with transaction.atomic():
        survey = claim(survey, None)
        require(actor, "remind", survey)
        _need_state(survey, "invited")
        if survey.reminder:
            raise Refused(N_("This person was reminded already."))
        survey.reminder, survey.remind_at = 1, None
        _move(survey, "invited", "reminder", "remind_at")
        _log(survey, SurveyReminded(reminder=1), actor, via, at or clock.now())
    return survey


def expire(survey: Survey, *, actor: Who, via: str = "timer", at: datetime | None = None) -> Survey:
    """Let the question end without an answer; its link is worthless from now on."""
    with transaction.atomic():
        survey = claim(survey, None)
        require(actor, "expire", survey)
        _need_state(survey, "invited")
        now = at or clock.now()
        survey.remind_at, survey.nonce = None, ""
        survey.call_at = now if is_grave(survey) else None
        _move(survey, "expired", "remind_at", "nonce", "call_at")
        _log(survey, SurveyExpired(call_at=survey.call_at), actor, via, now)
    return survey


def bring_forward(now: datetime | None = None) -> int:
    """Do what is due: questions to send, to repeat, to end, calls to ask for; says how many.

    The worker calls it.
    """
    at = now or clock.now()
    ended = Survey.objects.filter(state="invited", expires_at__lte=at)[:AT_ONCE]
    done = [expire(each, actor=SYSTEM, at=at) for each in ended]
    silent = Survey.objects.filter(state="invited", remind_at__lte=at, reminder=0)[:AT_ONCE]
    done += [remind(each, actor=SYSTEM, at=at) for each in silent]
    fresh = Survey.objects.filter(state="sampled", invite_at__lte=at)[:AT_ONCE]
    done += [invite(each, actor=SYSTEM, at=at) for each in fresh]
    unheard = Survey.objects.filter(call_at__lte=at)[:AT_ONCE]
    done += [call(each, actor=SYSTEM, at=at) for each in unheard]
    return len(done)


def opt_out(person: Person, *, actor: Who, via: str = "web", at: datetime | None = None) -> None:
    """Do not ask this person any more; said twice is said once."""
    _allow(person, actor)
    with transaction.atomic():
        now = at or clock.now()
        if OptOut.objects.get_or_create(person=person, defaults={"since": now})[1]:
            append(AskingEnded(), actor=actor_of(actor), entity_id=person.pk, via=via, at=at)


def opt_in(person: Person, *, actor: Who, via: str = "web", at: datetime | None = None) -> None:
    """This person may be asked again."""
    _allow(person, actor)
    with transaction.atomic():
        if OptOut.objects.filter(person=person).delete()[0]:
            append(AskingAllowed(), actor=actor_of(actor), entity_id=person.pk, via=via, at=at)


def send(survey: Survey, now: datetime) -> SurveyInvited:
    """From now on the question counts as asked, by rule; the event that says so."""
    week = usual()
    survey.sent_at, survey.sent_by = now, "automatic"
    survey.remind_at = working_days_after(week, now, REMIND_AFTER_DAYS)
    survey.expires_at = working_days_after(week, now, EXPIRE_AFTER_DAYS)
    return SurveyInvited(
        sent_by=survey.sent_by, remind_at=survey.remind_at, expires_at=survey.expires_at
    )


def _allow(person: Person, actor: Who) -> None:
    require(actor, "set_look", person)


def _need_state(survey: Survey, state: str) -> None:
    if survey.state != state:
        raise Refused(N_("This does not fit: the question is %(state)s."), state=survey.state)


def _move(survey: Survey, state: str, *also: str) -> None:
    survey.state = state
    survey.version += 1
    survey.save(update_fields=["state", "version", *also])


def _log(survey: Survey, event: Event, actor: Who, via: str, at: datetime) -> None:
    append(
        event,
        actor=actor_of(actor),
        entity_id=survey.pk,
        via=via,
        at=at,
        object_version=survey.version,
    )
