"""Deciding, when a record closes, whether somebody is asked how it was."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from trueup.core.events.feedback import SurveySampled, SurveySkipped
from trueup.desk.base.access import Who, actor_of
from trueup.desk.eventlog.verbs import append
from trueup.desk.feedback.models import OptOut, Survey
from trueup.desk.feedback.sampling import VERSION, choose, grave
from trueup.desk.processes.diagram import duration
from trueup.desk.services.reads import on_day
from trueup.desk.work.days import usual, working_days_after
from trueup.desk.work.models import Record

MONTH = timedelta(days=30)
NEVER = "S7"


def sample(
    record: Record,
    *,
    closed_at: datetime,
    actor: Who,
    now: datetime,
    closing: int | None = None,
    via: str = "timer",
) -> Survey:
    """Decide by rule whether the requester is asked; the same closing is decided once."""
    with transaction.atomic():
        known = _known(record, closing)
        if known is not None:
            return known
        choice = choose(
            record.pk,
            on_day(record.opened_at).year,
            _facts(record, closed_at, now),
            _expected(now),
        )
        call = grave(_gravity(record, closed_at, now))
        survey = Survey.objects.create(
            record=record,
            closing=closing,
            customer_id=record.customer_id,
            person_id=record.requester_id,
            team_id=record.team_id,
            service_id=record.service_id,
            agreement_id=record.agreement_id,
            language=record.requester.language if record.requester else "",
            state="sampled" if choice.ask else "skipped",
            rule=choice.rule,
            rule_version=VERSION,
            share=choice.share,
            sampled_at=now,
            invite_at=_after(choice.after, closed_at) if choice.ask else None,
            call_rule=call.rule,
            call_at=_after(call.after, closed_at) if call.due and not choice.ask else None,
            nonce=secrets.token_hex(16),
        )
        log_choice(survey, actor=actor, via=via, at=now)
    return survey


def log_choice(survey: Survey, *, actor: Who, via: str, at: datetime) -> None:
    """Write the decision about a survey to the log."""
    told = SurveySkipped if survey.state == "skipped" else SurveySampled
    event = told(
        record=survey.record_id,
        person=survey.person_id,
        customer=survey.customer_id,
        team=survey.team_id,
        service=survey.service_id,
        agreement=survey.agreement_id,
        language=survey.language,
        rule=survey.rule,
        rule_version=survey.rule_version,
        share=f"{survey.share:.4f}",
        invite_at=survey.invite_at,
        call_rule=survey.call_rule,
        call_at=survey.call_at,
    )
    append(event, actor=actor_of(actor), entity_id=survey.pk, via=via, at=at)


def _known(record: Record, closing: int | None) -> Survey | None:
    """What was decided about this closing already, also when it was rated before it closed."""
    rows = Survey.objects.select_for_update().filter(record=record)
    if closing is not None:
        found = rows.filter(closing=closing).first()
        if found is not None:
            return found
    early = rows.filter(closing=None, sampled_at__gte=record.resolved_at or record.opened_at)
    found = early.order_by("-sampled_at").first()
    if found is not None and closing is not None:
        found.closing = closing
        found.save(update_fields=["closing"])
    return found


def _facts(record: Record, closed_at: datetime, now: datetime) -> dict[str, object]:
    person = record.requester
    reachable = person is not None and person.active and bool(person.email)
    asked = (
        Survey.objects.filter(person=person)
        .exclude(state="skipped")
        .exclude(sent_at=None, invite_at=None)
    )
    last = asked.order_by("-sampled_at").values_list("sampled_at", flat=True).first()
    return {
        "reachable": reachable,
        "opted_out": person is not None and OptOut.objects.filter(person=person).exists(),
        "days_since_asked": (now - last).days if person and last else None,
        "days_since_closed": (now - closed_at).days,
        "close_code": record.close_code,
        "kind": record.kind,
    }


def _gravity(record: Record, closed_at: datetime, now: datetime) -> dict[str, object]:
    """What decides whether a lead calls: how it went, not whether the person may be mailed."""
    return {
        "somebody": record.requester is not None and record.requester.active,
        "days_since_closed": (now - closed_at).days,
        "close_code": record.close_code,
        "kind": record.kind,
        "priority": record.priority,
        "major": record.major,
        "reopened": record.reopen_count > 0,
    }


def _expected(now: datetime) -> int:
    """How many closings a month has: of the whole desk, so that all have one chance.

    A chance by service or team would ask some teams more often than others. Every closing leaves
    a row here, asked or not; those that are never asked about do not count.
    """
    decided = Survey.objects.filter(sampled_at__gt=now - MONTH, sampled_at__lte=now)
    return decided.exclude(rule=NEVER).count() + 1


def _after(told: str, closed_at: datetime) -> datetime:
    days, minutes = duration(told) or (0, 0)
    at = working_days_after(usual(), closed_at, days) if days else closed_at
    return at + timedelta(minutes=minutes)
