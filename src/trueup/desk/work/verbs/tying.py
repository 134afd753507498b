"""How a record stands to others, and who else hears of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trueup.core.events.around import RecordLinked, RecordUnlinked, RecordUnwatched, RecordWatched
from trueup.core.refusals import NotFound, Refused
from trueup.core.words import N_
from trueup.desk.base import access
from trueup.desk.base.access import NOTHING, Who
from trueup.desk.base.models import Person
from trueup.desk.work.models import Link, Record, Watcher
from trueup.desk.work.policy import works_on
from trueup.desk.work.verbs.door import Act, acting

LONGEST_CHAIN = 50
ONE_WAY = ("duplicates", "caused_by", "problem", "fixes", "parent", "follows", "implements")


def link(
    record: Record,
    *,
    type: str,
    other: Record,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Tie it to another record that one sees too; no record leads back to itself."""
    with acting(record, "link", actor, via, version, at) as act:
        act.need(type=type, other=other)
        _check(act, type, other)
        _, made = Link.objects.get_or_create(record=act.record, type=type, other=other)
        if not made:
            raise Refused(N_("The two are linked like that already."), field="other")
        if type == "parent":
            act.set(parent=other)
        act.log(RecordLinked(field=type, new=other.pk, number=other.number))
    return act.record


def unlink(
    record: Record,
    *,
    type: str,
    other: Record,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Take a tie off again."""
    with acting(record, "unlink", actor, via, version, at) as act:
        gone, _ = Link.objects.filter(record=act.record, type=type, other=other).delete()
        if not gone:
            raise Refused(N_("The two are not linked like that."), field="other")
        if type == "parent":
            act.set(parent=None)
        act.log(RecordUnlinked(field=type, old=other.pk, number=other.number))
    return act.record


def watch(
    record: Record,
    *,
    person: Person,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Let somebody else see the record and hear of it."""
    with acting(record, "watch", actor, via, version, at) as act:
        _check_watcher(act, person)
        _, made = Watcher.objects.get_or_create(record=act.record, person=person)
        if made:
            act.log(RecordWatched(person=person.pk))
    return act.record


def unwatch(
    record: Record,
    *,
    person: Person,
    actor: Who,
    via: str = "web",
    version: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Let somebody hear of it no longer."""
    with acting(record, "unwatch", actor, via, version, at) as act:
        gone, _ = Watcher.objects.filter(record=act.record, person=person).delete()
        if gone:
            act.log(RecordUnwatched(person=person.pk))
    return act.record


def _check(act: Act, type: str, other: Record) -> None:
    if type not in Link.TYPES:
        raise Refused(N_("Choose from the list how the two belong together."), field="type")
    if other.pk == act.record.pk:
        raise Refused(N_("A record cannot be linked to itself."), field="other")
    if not access.sees(act.actor, other):
        raise NotFound(NOTHING, field="other")
    if type in ONE_WAY and _leads_to(other.pk, act.record.pk, type):
        raise Refused(N_("These links would go round in a circle."), field="other")


def _leads_to(start: UUID, goal: UUID, type: str) -> bool:
    """Whether links of a type lead from one record to another."""
    seen: set[UUID] = set()
    todo = {start}
    for _ in range(LONGEST_CHAIN):
        if goal in todo:
            return True
        seen |= todo
        rows = Link.objects.filter(record__in=todo, type=type).values_list("other", flat=True)
        todo = set(rows) - seen
        if not todo:
            return False
    return True


def _check_watcher(act: Act, person: Person) -> None:
    """Technicians add anybody; others only people of the record's own customer, or themselves."""
    if not person.active:
        raise Refused(
            N_("%(name)s has left. Choose somebody else."), field="person", name=person.name
        )
    looks = act.looks
    if looks is None or person.pk == looks.person:
        return
    if not works_on(looks, act.record) and (
        person.customer_id is None or person.customer_id != act.record.customer_id
    ):
        raise NotFound(NOTHING, field="person")
