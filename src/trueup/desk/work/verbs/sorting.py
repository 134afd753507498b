"""Saying what a record is about and how much it matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from trueup.core.events.major import MajorDeclared, MajorEnded, MajorReviewed
from trueup.core.events.work import (
    PriorityChanged,
    RecordClassified,
    RecordEscalated,
    RecordPromised,
    RecordTriaged,
)
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Who
from trueup.desk.base.changes import text_of
from trueup.desk.base.models import Person
from trueup.desk.services.models import Service
from trueup.desk.work.models import Record
from trueup.desk.work.verbs import counting, talking
from trueup.desk.work.verbs.door import Act, acting

LATE = 0.8


def triage(
    record: Record,
    *,
    service: Service,
    ci_note: str,
    category: str,
    impact: int,
    urgency: int,
    actor: Who,
    subcategory: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Sort a new record; its priority and promise follow from the answers."""
    with acting(record, "triage", actor, via, version, at) as act:
        act.need(
            service=service, ci_note=ci_note, category=category, impact=impact, urgency=urgency
        )
        given = {
            "service": service,
            "ci_note": ci_note,
            "category": category,
            "subcategory": subcategory,
            "impact": impact,
            "urgency": urgency,
        }
        sort(act, given)
        triaged(act)
        counting.reckon(act)
    return act.record


def classify(
    record: Record,
    *,
    actor: Who,
    service: Service | None = None,
    category: str | None = None,
    subcategory: str | None = None,
    ci_note: str | None = None,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Correct what a record is about; one event per field that really changes."""
    given = {
        "service": service,
        "category": category,
        "subcategory": subcategory,
        "ci_note": ci_note,
    }
    with acting(record, "classify", actor, via, version, at) as act:
        sort(act, {name: value for name, value in given.items() if value is not None})
        counting.reckon(act)
    return act.record


def set_priority(
    record: Record,
    *,
    impact: int,
    urgency: int,
    actor: Who,
    reason: str = "",
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Say anew how many it hits and how much; the new target counts from the beginning."""
    with acting(record, "set_priority", actor, via, version, at) as act:
        act.need(impact=impact, urgency=urgency)
        before = counting.clocks_now(act.record, act.now)
        old, known = act.record.priority, not act.record.provisional
        sort(act, {"impact": impact, "urgency": urgency}, reason)
        late = any(
            clock.share >= LATE
            for clock in before
            if clock.stopped_at is None and clock.metric != "update"
        )
        if known and late and act.record.priority > old:
            raise Refused(
                N_(
                    "Most of the promised time is used up. Lowering the priority now needs a "
                    "second person; ask your team lead to settle it with the customer."
                ),
                field="urgency",
            )
        counting.reckon(act)
    return act.record


def escalate(
    record: Record,
    *,
    to: str,
    reason: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Call in a higher role or level."""
    with acting(record, "escalate", actor, via, version, at) as act:
        act.need(to=to, reason=reason)
        act.log(
            RecordEscalated(to=to, reason=reason, team=act.record.team_id, level=act.record.level)
        )
    return act.record


def declare_major(
    record: Record,
    *,
    impact_sentence: str,
    incident_lead: Person,
    communication_lead: Person,
    actor: Who,
    services: Sequence[Service] = (),
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Make it a major incident: priority 1, with one who leads and one who speaks."""
    with acting(record, "declare_major", actor, via, version, at) as act:
        hit = tuple(each.pk for each in services) or _own_service(act.record)
        act.need(
            impact_sentence=impact_sentence,
            services=hit or None,
            incident_lead=incident_lead,
            communication_lead=communication_lead,
        )
        if act.record.major:
            raise Refused(N_("It was declared a major incident already."))
        act.set(major=True)
        priority, rule = counting.score(act.record)
        act.log(
            MajorDeclared(
                impact_sentence=impact_sentence,
                services=hit,
                incident_lead=incident_lead.pk,
                communication_lead=communication_lead.pk,
                priority_rule=rule,
            )
        )
        _rescored(act, priority, rule, impact_sentence)
        counting.reckon(act)
    return act.record


def end_major(
    record: Record,
    *,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """End the major incident: from now on impact and urgency alone count; the flag stays."""
    with acting(record, "end_major", actor, via, version, at) as act:
        if not act.record.major or act.record.major_ended_at is not None:
            raise Refused(N_("There is no major incident to end here."))
        act.set(major_ended_at=act.now)
        act.log(MajorEnded())
    return act.record


def review(
    record: Record,
    *,
    text: str,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Keep what a look back at a major incident found, as a note for technicians."""
    with acting(record, "review", actor, via, version, at) as act:
        if not act.record.major:
            raise Refused(N_("Only a major incident is looked back at like this."))
        message, _ = talking.speak(act, text, public=False)
        act.set(reviewed_at=act.now)
        act.log(MajorReviewed(message=message.pk, text=text))
    return act.record


def sort(act: Act, values: Mapping[str, object], reason: str = "") -> None:
    """Write the fields that differ, one event each, then priority and promise that follow."""
    changes = []
    for name, value in values.items():
        before = getattr(act.record, name)
        old, new = text_of(before), text_of(value)
        if old != new:
            act.set(**{name: value})
            changes.append((name, old, new))
    if not changes:
        return
    record = act.record
    act.set(provisional=record.impact is None or record.urgency is None)
    priority, rule = counting.score(record)
    for name, old, new in changes:
        act.log(RecordClassified(field=name, old=old, new=new, priority_rule=rule))
    if any(name == "service" for name, _, _ in changes):
        _promise(act)
    _rescored(act, priority, rule, reason)


def triaged(act: Act) -> None:
    """Say that it was sorted."""
    act.set(triaged_at=act.now)
    act.log(RecordTriaged(team=act.record.team_id, level=act.record.level))


def _rescored(act: Act, priority: int, rule: str, reason: str) -> None:
    old = act.record.priority
    act.set(priority=priority, priority_rule=rule)
    if priority != old:
        act.log(PriorityChanged(old=old, new=priority, priority_rule=rule, reason=reason))


def _promise(act: Act) -> None:
    """Another service, another promise: the one that held when the record was opened."""
    old = act.record.agreement_id
    agreement = counting.promise(act.record)
    new = agreement.pk if agreement else None
    if new != old:
        act.set(agreement=agreement)
        act.log(RecordPromised(old=old, new=new))


def _own_service(record: Record) -> tuple[UUID, ...]:
    return (record.service_id,) if record.service_id else ()
