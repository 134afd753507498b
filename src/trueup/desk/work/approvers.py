"""Who is asked for a yes: the words of a policy as people, never the one it benefits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.models import Person
from trueup.desk.base.roles import ROLES
from trueup.desk.work.models import Record

MOST = 20


@dataclass(frozen=True, slots=True)
class Asking:
    """One person to be asked in one step, by when, and whether one yes of the step is enough."""

    step: str
    approver: Person
    quorum: str
    answer_by: datetime | None


def asking(
    record: Record, steps: Iterable[dict[str, object]], by: Callable[[str], datetime | None]
) -> list[Asking]:
    """Everybody whom the steps of a policy ask; `by` turns a duration into an instant.

    A step names parts joined by ``|``: ``line_manager``, ``service_owner``, ``customer`` or a
    role; one that two rows name is asked once. Refused where a step finds nobody else than those
    it benefits.
    """
    found: list[Asking] = []
    for told in steps:
        if any(each.step == told["step"] for each in found):
            continue
        step, quorum = str(told["step"]), str(told.get("quorum") or "one")
        people = _people(record, step)
        if not people:
            raise Refused(
                N_("Nobody can be asked for the step “%(step)s”. Name somebody first."), step=step
            )
        until = by(str(told.get("answer_within") or ""))
        found += [Asking(step, person, quorum, until) for person in people]
    return found


def _people(record: Record, step: str) -> list[Person]:
    """The people of a step in order of their names, without requester and assignee."""
    held = {person.pk: person for part in step.split("|") for person in _holders(record, part)}
    for excluded in (record.requester_id, record.assignee_id):
        held.pop(excluded, None)
    return sorted(held.values(), key=lambda person: (person.name, str(person.pk)))[:MOST]


def _holders(record: Record, part: str) -> list[Person]:
    requester, service = record.requester, record.service
    if part == "line_manager":
        return _one(requester.manager if requester else None)
    if part == "service_owner":
        return _one(service.owner if service else None)
    if part == "customer":
        return list(_with_role("customer_manager").filter(customer=record.customer_id))
    if part == "approver":
        return list(_with_role("approver").filter(customer=record.customer_id))
    return list(_with_role(part)) if part in ROLES else []


def _one(person: Person | None) -> list[Person]:
    return [person] if person is not None and person.active else []


def _with_role(role: str) -> QuerySet[Person]:
    return Person.objects.filter(grants__role=role, grants__revoked_at=None, active=True).distinct()
