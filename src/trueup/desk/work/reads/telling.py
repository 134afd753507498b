"""The timeline of a record: what was said, done and decided, for whoever looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext

from trueup.core.events import find
from trueup.core.words import N_
from trueup.desk.base.access import Who, visible
from trueup.desk.base.models import Subject
from trueup.desk.eventlog.reads import StoredEvent, events_of
from trueup.desk.work.models import Approval, Message, Record
from trueup.desk.work.policy import sees_private
from trueup.desk.work.words import FIELDS, WAITED_FOR

SHOWN_TO_ALL = frozenset(
    (
        "opened",
        "assigned",
        "started",
        "paused",
        "resumed",
        "resolved",
        "confirmed",
        "reopened",
        "closed",
        "cancelled",
        "approved",
        "rejected",
        "priority_changed",
    )
)
REASON_FOR_ALL = frozenset({"cancelled", "rejected", "reopened"})
POINTING = ("old", "new", "team", "assignee", "person", "requester", "service")
GIVEN = N_("gave it to %(holder)s")
SAID = {
    "approved": N_("said yes (%(step)s)"),
    "rejected": N_("said no (%(step)s)"),
    "abstained": N_("abstained (%(step)s)"),
    "expired": N_("did not answer in time (%(step)s)"),
    "pending": N_("was asked for a yes (%(step)s)"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `text` is what a person wrote, `sentence` what was done.

    `public` says whether the requester sees it too; `names` are the readable names of the ids in
    `payload`.
    """

    at: datetime
    kind: Literal["message", "event", "approval"]
    activity: str
    name: str
    actor: UUID | None
    actor_kind: str
    actor_name: str
    public: bool
    sentence: str = ""
    text: str = ""
    direction: str = ""
    automatic: bool = False
    via: str = ""
    message: Message | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def timeline(record: Record, who: Who) -> list[Entry]:
    """Everything about a record that this person may see, oldest first.

    Words appear as messages, not once more as events; private ones are absent for those who may
    not see them, as is who sorted what.
    """
    inside = sees_private(who, record)
    messages = list(visible(who, Message.objects.filter(record=record)).order_by("at", "pk"))
    if not inside:
        messages = [each for each in messages if each.public]
    events = [
        each
        for each in events_of("record", record.pk, private=True)
        if each.activity != "commented" and (inside or each.activity in SHOWN_TO_ALL)
    ]
    asked = list(visible(who, Approval.objects.filter(record=record)))
    names = _names(messages, events, asked)
    found = [_of_message(each, names) for each in messages]
    found += [_of_event(each, names, inside) for each in events]
    found += [_of_approval(each, names) for each in asked]
    return sorted(found, key=lambda entry: entry.at)


def _names(
    messages: Iterable[Message], events: Iterable[StoredEvent], asked: Iterable[Approval]
) -> dict[str, str]:
    """The names behind all ids, in one query: whoever sees the line may read its names."""
    keys = {str(each.author_id) for each in messages if each.author_id}
    keys |= {str(each.approver_id) for each in asked}
    for event in events:
        keys |= {event.actor} if event.actor else set()
        told = (str(event.payload.get(name)) for name in POINTING)
        keys |= {value for value in told if _is_id(value)}
    rows = Subject.objects.filter(pk__in=keys).values_list("pk", "label")
    return {str(key): label for key, label in rows}


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _of_message(row: Message, names: Mapping[str, str]) -> Entry:
    return Entry(
        at=row.at,
        kind="message",
        activity="commented",
        name="comment" if row.public else "note",
        actor=row.author_id,
        actor_kind="person" if row.author_id else "system",
        actor_name=names.get(str(row.author_id), "") if row.author_id else "Trueup",
        public=row.public,
        text=row.text,
        direction=row.direction,
        automatic=row.automatic,
        via=row.channel,
        message=row,
    )


def _of_event(event: StoredEvent, names: Mapping[str, str], inside: bool) -> Entry:
    payload = dict(event.payload)
    if not inside:
        payload = _without_private(event, payload)
    return Entry(
        at=event.at_occurred,
        kind="event",
        activity=event.activity,
        name=event.name,
        actor=UUID(event.actor) if event.actor else None,
        actor_kind=event.actor_kind,
        actor_name=names.get(event.actor, "") if event.actor else "Trueup",
        public=event.activity in SHOWN_TO_ALL,
        sentence=_sentence(event, payload, names),
        text=str(payload.get("reason") or payload.get("impact_sentence") or ""),
        via=event.via,
        payload=payload,
        names=names,
    )


def _without_private(event: StoredEvent, payload: dict[str, Any]) -> dict[str, Any]:
    """Only the reasons that were given to the requester."""
    private = find(event.kind).private
    told = {"reason"} if event.activity in REASON_FOR_ALL else set()
    return {name: value for name, value in payload.items() if name not in private - told}


def _sentence(event: StoredEvent, payload: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What the event's class says, with names in place of ids."""
    if event.name == "assign":
        holder = payload.get("assignee") or payload.get("team")
        return gettext(GIVEN) % {"holder": names.get(str(holder), "")}
    words = {name: _word(value, names) for name, value in payload.items()}
    if event.payload.get("field") in FIELDS:
        words["field"] = gettext(FIELDS[event.payload["field"]])
    if event.payload.get("waiting_for") in WAITED_FOR:
        words["waiting_for"] = gettext(WAITED_FOR[event.payload["waiting_for"]])
    try:
        return gettext(find(event.kind).reads) % words
    except KeyError:
        return gettext(find(event.kind).reads)


def _word(value: object, names: Mapping[str, str]) -> str:
    if value is None or value == "":
        return "–"
    return names.get(str(value), str(value))


def _of_approval(row: Approval, names: Mapping[str, str]) -> Entry:
    return Entry(
        at=row.at or row.requested_at,
        kind="approval",
        activity=row.decision,
        name="decide",
        actor=row.approver_id,
        actor_kind="person",
        actor_name=names.get(str(row.approver_id), ""),
        public=True,
        sentence=gettext(SAID[row.decision]) % {"step": row.step},
        text=row.reason,
    )
