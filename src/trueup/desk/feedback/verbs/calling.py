"""A personal word after a grave case: a task of the lead, and no answer in any figure."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation

from trueup.core.actors import SYSTEM
from trueup.core.events.base import Event
from trueup.core.events.feedback import CallAsked, CallLeftOut
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who, actor_of, require, viewer_of
from trueup.desk.base.locking import claim
from trueup.desk.base.models import Person, Team
from trueup.desk.eventlog import clock
from trueup.desk.eventlog.verbs import append
from trueup.desk.feedback.models import Survey
from trueup.desk.work import verbs as work
from trueup.desk.work.models import Record
from trueup.desk.work.policy import WORKERS

TITLE = N_("Call %(name)s: how did it go with %(number)s?")
ABOUT = N_(
    "This was urgent, major or came back, and nobody asked or got an answer. Listen, and offer a "
    "complaint. What is said here is in no satisfaction figure."
)


def is_grave(survey: Survey) -> bool:
    """Whether the row of the table of calls said yes when the record closed."""
    return survey.call_rule.startswith("C5")


def call(survey: Survey, *, actor: Who, via: str = "timer", at: datetime | None = None) -> Survey:
    """Ask the lead to call; where the record is open again, its next closing decides anew."""
    with transaction.atomic():
        survey = claim(survey, None)
        require(actor, "call", survey)
        if survey.call_at is None or survey.record is None or survey.person is None:
            raise Refused(N_("There is nobody to call."))
        now = at or clock.now()
        survey.call_at = None
        told: Event = CallLeftOut(rule="open again", task=None)
        if survey.record.evidence in ("resolved", "closed"):
            survey.call = _task(survey.record, survey.person, now)
            told = CallAsked(rule=survey.call_rule, task=survey.call.pk)
        survey.version += 1
        survey.save(update_fields=["call_at", "call", "version"])
        append(
            told,
            actor=actor_of(actor),
            entity_id=survey.pk,
            via=via,
            at=now,
            object_version=survey.version,
        )
    return survey


def _task(record: Record, person: Person, now: datetime) -> Record:
    """The lead's piece of work, in the lead's language; the team's where nobody leads."""
    lead = _lead(record.team)
    with translation.override(lead.language if lead else "en"):
        title = translation.gettext(TITLE) % {"name": person.name, "number": record.number}
        about = translation.gettext(ABOUT)
    task = work.report(
        kind="task",
        title=title,
        description=about,
        parent=record,
        team=record.team,
        actor=SYSTEM,
        via="timer",
        at=now,
    )
    return work.assign(task, person=lead, actor=SYSTEM, via="timer", at=now) if lead else task


def _lead(team: Team | None) -> Person | None:
    """Who leads the team and works on records."""
    lead = team.lead if team else None
    looks = viewer_of(lead.pk) if lead else None
    return lead if looks and looks.has(*WORKERS) else None
