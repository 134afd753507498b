"""One record, and what stands around it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from trueup.core.actors import Actor
from trueup.core.lifecycles import load
from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base import access
from trueup.desk.base.access import NOTHING, Viewer, Who
from trueup.desk.base.models import Attachment, Person
from trueup.desk.processes.models import Waiting
from trueup.desk.work.models import Approval, Link, Record, Watcher
from trueup.desk.work.policy import MAY_STOP, PARTS, begun

BESIDE = ("service", "customer", "requester", "team", "assignee", "agreement")
NOT_BY_HAND = ("approve", "reject", "request_approval", "contact_due", "redact")
FOR_THE_USER = N_("We need your answer")
FOR_OTHERS = N_("Waiting for someone else")
FOR_THE_CUSTOMER = {
    "customer": N_("Waiting for you"),
    "internal": N_("Waiting for us"),
    "approval": N_("Waiting for approval"),
}
FOR_A_THIRD = N_("Waiting for a third party")


def one(who: Who, key: UUID | str) -> Record:
    """A record with what stands on its page; NotFound where missing or hidden."""
    try:
        wanted = UUID(str(key))
    except ValueError:
        raise NotFound(NOTHING) from None
    rows = access.visible(who, Record.objects.filter(pk=wanted)).select_related(*BESIDE)
    found = rows.first()
    if found is None:
        raise NotFound(NOTHING)
    return found


def state_word(record: Record, audience: str) -> str:
    """The state as ``technician``, ``user`` or ``customer`` reads it."""
    if record.evidence == "waiting" and audience == "user":
        return gettext(FOR_THE_USER if record.waiting_for == "customer" else FOR_OTHERS)
    if record.evidence == "waiting" and audience == "customer":
        return gettext(FOR_THE_CUSTOMER.get(record.waiting_for, FOR_A_THIRD))
    return load(record.kind).labels(audience, record.state, gettext)


def verbs_for(record: Record, who: Who) -> list[str]:
    """What this person may do with the record now, in the order of the lifecycle.

    ``decide`` where the record waits for this person's yes; guards may still refuse.
    """
    if isinstance(who, Actor):
        return [] if who.kind != "system" else _system_verbs(record)
    viewers = [who] if who.behalf is None else [who, who.behalf]
    held = set.intersection(*(_parts(one, record) for one in viewers))
    life = load(record.kind)
    found = []
    for verb in life.verbs(record.state):
        step = life.step(record.state, verb)
        if step is None or not held & set(step.who):
            continue
        if verb == "cancel" and begun(record) and not held & set(MAY_STOP):
            continue
        found.append("decide" if verb == "approve" else verb)
    return [verb for verb in found if verb not in NOT_BY_HAND]


def _system_verbs(record: Record) -> list[str]:
    life = load(record.kind)
    steps = ((verb, life.step(record.state, verb)) for verb in life.verbs(record.state))
    return [verb for verb, step in steps if step and "system" in step.who]


def _parts(viewer: Viewer, record: Record) -> set[str]:
    """Every part of the lifecycle tables that this person has in the record."""
    return {name for name, holds in PARTS.items() if holds(viewer, record)}


def watchers_of(record: Record) -> list[Person]:
    """Who else hears of it."""
    return [row.person for row in Watcher.objects.filter(record=record).select_related("person")]


def links_of(record: Record, who: Who) -> list[tuple[str, Record]]:
    """The records it is tied to, in either direction, as far as this person sees them."""
    out = Link.objects.filter(record=record).values_list("type", "other")
    back = Link.objects.filter(other=record).values_list("type", "record")
    pairs = [*out, *((f"{type_}_of", key) for type_, key in back)]
    rows = access.visible(who, Record.objects.filter(pk__in=[key for _, key in pairs]))
    seen = {row.pk: row for row in rows}
    return [(type_, seen[key]) for type_, key in pairs if key in seen]


def files_of(record: Record, who: Who) -> list[Attachment]:
    """The files of a record; private ones only for those who work on it."""
    rows = Attachment.objects.filter(subject=record.pk)
    return list(access.visible(who, rows).order_by("added_at"))


def approvals_of(record: Record, who: Who) -> QuerySet[Approval]:
    """Who was asked for a yes, and what they said."""
    rows = access.visible(who, Approval.objects.filter(record=record))
    return rows.select_related("approver").order_by("requested_at", "step")


def approvals_waiting(who: Viewer) -> QuerySet[Approval]:
    """The answers that are waited for from this person, oldest first."""
    rows = Approval.objects.filter(approver=who.person, decision="pending")
    return rows.select_related("record__requester", "record__service").order_by("requested_at")


def waits_in_process(record: Record) -> str:
    """What the record's process waits for, in the words of its model; empty where for nothing."""
    steps = Waiting.objects.filter(
        instance__subject=record.pk, instance__ended_at=None, ended_at=None, kind="task"
    )
    return steps.order_by("since").values_list("name", flat=True).first() or ""
