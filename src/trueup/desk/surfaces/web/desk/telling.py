"""The timeline on the page: words as cards that name their readers, acts as single lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.core.words import N_
from trueup.desk.base.access import Viewer
from trueup.desk.work import reads
from trueup.desk.work.models import Record
from trueup.desk.work.reads import Entry

SHOWS = {
    "": N_("All"),
    "messages": N_("Messages"),
    "private": N_("Private"),
    "changes": N_("Changes"),
}
ICONS = {
    "assigned": "person",
    "started": "next",
    "paused": "pause",
    "resumed": "next",
    "priority_changed": "flag",
    "classified": "edit",
    "edited": "edit",
    "linked": "link",
    "escalated": "bell",
    "resolved": "done",
    "confirmed": "done",
    "closed": "done",
    "cancelled": "close",
    "reopened": "undo",
    "approved": "done",
    "rejected": "close",
    "opened": "add",
}
BY = {
    "portal": N_("in the portal"),
    "mail": N_("by mail"),
    "phone": N_("by phone"),
    "chat": N_("by chat"),
    "walk_in": N_("in person"),
}
CHANGES = ("classified", "priority_changed", "edited")
FIELDS = {
    "service": N_("the service"),
    "ci_note": N_("the component"),
    "category": N_("the category"),
    "subcategory": N_("the subcategory"),
    "impact": N_("the impact"),
    "urgency": N_("the urgency"),
    "priority": N_("the priority"),
    "title": N_("the title"),
    "description": N_("the description"),
}
OWN = {
    ("paused", "ask"): N_("Clock paused: waiting for the user"),
    ("resumed", "answer"): N_("The answer came, the clock runs again"),
    ("other", "contact_due"): N_("It is time to be in touch again"),
    ("other", "promise"): N_("Another agreement holds for it"),
}
CHANNEL_ICONS = {"mail": "mail", "phone": "phone", "walk_in": "person"}


@dataclass(frozen=True, slots=True)
class Item:
    """A card (`text` is somebody's words) or a line (`text` is None)."""

    id: str
    at: datetime
    who: str
    icon: str
    text: str | None = None
    private: bool = False
    audience: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """One of the filters above the timeline."""

    label: str
    href: str
    current: bool


def context(viewer: Viewer, record: Record, watchers: int, show: str) -> dict[str, Any]:
    """The timeline, narrowed to what was asked; the number of watchers says who reads it."""
    show = show if show in SHOWS else ""
    found = [one for one in _items(record, viewer, watchers) if _wanted(one, show)]
    address = reverse("record", args=[record.pk])
    shows = [
        Show(_(label), f"{address}?show={key}" if key else address, key == show)
        for key, label in SHOWS.items()
    ]
    return {"entries": found, "shows": shows}


def _wanted(item: Item, show: str) -> bool:
    if show == "messages":
        return item.text is not None and not item.private
    if show == "private":
        return item.private
    return show != "changes" or item.text is None


def _items(record: Record, viewer: Viewer, watchers: int) -> Iterator[Item]:
    readers = _readers(record, watchers)
    if record.description:
        yield _first_words(record)
    entries = reads.timeline(record, viewer)
    if record.description:
        entries = [one for one in entries if one.activity != "opened"]
    for _key, held in groupby(entries, key=_together):
        yield from _shown(list(held), readers)


def _together(entry: Entry) -> tuple[object, ...]:
    """Acts of one person at one instant are one line; every word is a card of its own."""
    if entry.message is not None:
        return (entry.message.pk,)
    return (entry.actor, entry.actor_kind, entry.at.replace(microsecond=0))


def _shown(held: list[Entry], readers: str) -> Iterator[Item]:
    first = held[0]
    if first.message is not None:
        yield _card(first, readers)
        return
    yield Item(
        id="",
        at=first.at,
        who="" if (first.activity, first.name) in OWN else first.actor_name,
        icon=next((ICONS[one.activity] for one in held if one.activity in ICONS), "gear"),
        sentence=_said(held),
    )


def _said(held: list[Entry]) -> str:
    """What was done, and the reason given for it; several fields become one clause."""
    own = OWN.get((held[0].activity, held[0].name))
    if own:
        return _(own)
    changed = [one for one in held if one.activity in CHANGES]
    rest = [one for one in held if one.activity not in CHANGES]
    parts = [f"{one.sentence}: “{one.text}”" if one.text else one.sentence for one in rest]
    if changed:
        parts.append(_("set %(fields)s") % {"fields": ", ".join(map(_field, changed))})
    return ", ".join(dict.fromkeys(parts))


def _field(one: Entry) -> str:
    """``component to “sw-bre-02”``."""
    name = str(one.payload.get("field", ""))
    new = str(one.payload.get("new") or "–")
    words = {"field": _(FIELDS.get(name, name)), "new": one.names.get(new, new)}
    reason = f" ({one.text})" if one.text else ""
    return _("%(field)s to “%(new)s”") % words + reason


def _card(entry: Entry, readers: str) -> Item:
    private = not entry.public
    if private:
        icon, audience = "lock", _("Private: technicians only")
    elif entry.direction == "in":
        icon = CHANNEL_ICONS.get(entry.via, "comment")
        audience = _(BY.get(entry.via, BY["portal"]))
    else:
        icon, audience = "eye", readers
    who = entry.actor_name or "Trueup"
    key = str(entry.message.pk) if entry.message else ""
    return Item(key, entry.at, who, icon, entry.text, private, audience)


def _first_words(record: Record) -> Item:
    who = record.requester.name if record.requester else _("Somebody")
    icon = CHANNEL_ICONS.get(record.channel, "comment")
    audience = _(BY.get(record.channel, BY["portal"]))
    return Item("first", record.opened_at, who, icon, record.description, False, audience)


def _readers(record: Record, others: int) -> str:
    name = record.requester.name if record.requester else _("nobody yet")
    if not others:
        return _("Public: %(name)s") % {"name": name}
    more = ngettext("%(n)s watcher", "%(n)s watchers", others) % {"n": others}
    return _("Public: %(name)s and %(more)s") % {"name": name, "more": more}
