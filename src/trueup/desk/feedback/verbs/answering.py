"""Saying how it was, and speaking with whoever was let down."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from trueup.core.actors import Actor
from trueup.core.events.base import Event
from trueup.core.events.feedback import SurveyAnswered, SurveyChanged, SurveyFollowedUp
from trueup.core.refusals import NotFound, Refused
from trueup.core.words import N_
from trueup.desk.base.access import NOT_YOURS, NOTHING, NotAllowed, Who, actor_of, require, sees
from trueup.desk.base.locking import claim
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.verbs import append
from trueup.desk.feedback import links
from trueup.desk.feedback.models import Survey
from trueup.desk.feedback.verbs.asking import send
from trueup.desk.feedback.verbs.sampling import sample
from trueup.desk.work.models import Record

CHANGE_WITHIN = timedelta(minutes=10)
LOW = 2
LONGEST = 4000
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}


def answer(
    survey: Survey,
    *,
    csat: int,
    actor: Who,
    comment: str = "",
    nps: int | None = None,
    ces: int | None = None,
    expected_h: float | None = None,
    lost_minutes: float | None = None,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Survey:
    """Say how it was, in one click; within ten minutes one may think again.

    A word that is still missing may be added as long as the question is open.
    """
    _check_scales(csat=csat, nps=nps, ces=ces)
    _check_amounts(expected_h=expected_h, lost_minutes=lost_minutes)
    with transaction.atomic():
        survey = claim(survey, version)
        require(actor, "answer", survey)
        now = at or clock.now()
        again = survey.answered_at is not None
        _check_open(survey, csat, now)
        events: list[Event] = [send(survey, now)] if survey.state == "sampled" else []
        survey.csat, survey.comment = csat, comment.strip()[:LONGEST] or survey.comment
        survey.nps, survey.ces = nps, ces
        survey.expected_h, survey.lost_minutes = expected_h, lost_minutes
        survey.answered_at = survey.answered_at or now
        survey.remind_at = survey.call_at = None
        survey.state = "answered"
        survey.version += 1
        survey.save()
        told = SurveyChanged if again else SurveyAnswered
        events.append(
            told(
                csat=csat,
                nps=nps,
                ces=ces,
                expected_h=_text(expected_h),
                lost_minutes=_text(lost_minutes),
                comment=survey.comment,
            )
        )
        _write(survey, events, actor, via, now)
    return survey


def answer_by_token(
    token: str, csat: int, comment: str = "", *, at: datetime | None = None
) -> Survey:
    """Answer by the link of the question, without logging in; NotFound where it is not valid."""
    survey = links.survey_of(token)
    person = survey.person
    if person is None:
        raise NotFound(links.NOT_VALID)
    actor = Actor("person", person.pk, person.name)
    return answer(survey, csat=csat, comment=comment, actor=actor, via="mail", at=at)


def rate(
    record: Record,
    actor: Who,
    csat: int,
    comment: str = "",
    *,
    via: str = "web",
    at: datetime | None = None,
) -> Survey:
    """Say as the requester how it was, asked or not.

    Whoever would have been asked by rule counts as asked; an unasked answer is kept apart.
    """
    _check_scales(csat=csat)
    if not sees(actor, record):
        raise NotFound(NOTHING)
    person = actor_of(actor)
    if record.requester_id is None or record.requester_id != (person.on_behalf_of or person.person):
        raise NotAllowed(NOT_YOURS, verb="rate")
    with transaction.atomic():
        record = claim(record, None)
        if record.evidence not in ("resolved", "closed"):
            raise Refused(N_("Say how it was when it is done."))
        now = at or clock.now()
        survey = _latest(record) or sample(
            record, closed_at=record.closed_at or now, actor=actor, now=now, via=via
        )
        return answer(survey, csat=csat, comment=comment, actor=actor, via=via, at=at)


def follow_up(
    survey: Survey,
    *,
    text: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Survey:
    """Say what was said back to somebody who was let down."""
    if not text.strip():
        raise Refused(N_("Say what you spoke about."), field="text")
    with transaction.atomic():
        survey = claim(survey, version)
        require(actor, "follow_up", survey)
        if survey.state != "answered":
            raise Refused(N_("There is no answer yet to speak about."))
        survey.followed_up_at = at or clock.now()
        survey.followed_up_by_id = actor_of(actor).person
        survey.version += 1
        survey.save(update_fields=["followed_up_at", "followed_up_by", "version"])
        event = SurveyFollowedUp(text=text.strip()[:LONGEST])
        _write(survey, [event], actor, via, at)
    return survey


def _write(survey: Survey, events: list[Event], actor: Who, via: str, at: datetime | None) -> None:
    for event in events:
        append(
            event,
            actor=actor_of(actor),
            entity_id=survey.pk,
            via=via,
            at=at,
            object_version=survey.version,
            about=survey.person_id,
        )


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _latest(record: Record) -> Survey | None:
    """The question about the present ending of a record."""
    rows = Survey.objects.filter(
        record=record, person=record.requester_id, sampled_at__gte=record.resolved_at
    )
    return rows.order_by("-sampled_at").first() if record.resolved_at else None


def _check_open(survey: Survey, csat: int, now: datetime) -> None:
    if survey.state == "expired":
        raise Refused(N_("This question has ended. Thank you all the same."))
    if survey.answered_at is None or now - survey.answered_at <= CHANGE_WITHIN:
        return
    word_missing = not survey.comment and survey.csat == csat
    if not (word_missing and survey.expires_at and now < survey.expires_at):
        raise Refused(N_("Your answer is kept as it is; it could be changed for ten minutes."))


def _check_scales(**given: int | None) -> None:
    for name, value in given.items():
        low, high = SCALES[name]
        if value is not None and not low <= value <= high:
            raise Refused(
                N_("Choose a number from %(low)s to %(high)s."), field=name, low=low, high=high
            )


def _check_amounts(**given: float | None) -> None:
    for name, value in given.items():
        if value is not None and not 0 <= value <= 1_000_000:
            raise Refused(N_("Give a number that is not negative."), field=name)
