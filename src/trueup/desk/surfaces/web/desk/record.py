"""The page of one record: what was said and done, what was promised, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from trueup.core.words import N_
from trueup.desk.base.access import Viewer, get, may
from trueup.desk.base.roles import STAFF
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.desk import beside, options, telling
from trueup.desk.surfaces.web.desk.forms import FORMS, primary
from trueup.desk.surfaces.web.desk.path import path_of
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import presence, reads
from trueup.desk.work.models import Record

DESK = frozenset(STAFF)
BESIDE = ("hold", "resume", "take")
TONES = {"open": "blue", "waiting": "amber", "resolved": "green", "closed": "", "cancelled": ""}
KIND_WORDS = {"incident": N_("Incident"), "request": N_("Request"), "task": N_("Task")}
CHANNELS = {
    "portal": N_("in the portal"),
    "mail": N_("by mail"),
    "phone": N_("by phone"),
    "chat": N_("by chat"),
    "api": N_("by another system"),
    "monitoring": N_("by monitoring"),
    "walk_in": N_("in person"),
    "other": N_("otherwise"),
}
ELSEWHERE = ("classify", "unlink")
WRITERS = ("comment", "note", "ask")


@dataclass(frozen=True, slots=True)
class Button:
    """One verb as a button or an entry of the menu."""

    verb: str
    label: str
    href: str
    icon: str
    key: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Acts:
    """What may be done: the likely next step, one or two beside it, the rest in the menu."""

    primary: Button | None
    beside: list[Button]
    more: list[Button]


@route(Policy("see", "record", DESK))
@require_GET
def record(request: HttpRequest, id: UUID) -> HttpResponse:
    """The page."""
    return show_record(request, id)


@route(Policy("see", "record", DESK))
@require_GET
def here(request: HttpRequest, id: UUID) -> HttpResponse:
    """Who else is here, and whether something happened; nothing where nothing changed."""
    viewer = viewer_in(request)
    found = get(viewer, Record, id)
    others = presence.arrive(id, viewer, timezone.now(), writing=request.GET.get("writing") == "1")
    is_new = request.GET.get("seen", "") != _seen(found)
    context = {
        "record": found,
        "here": others,
        "changed": _("Something is new, show") if is_new else "",
    }
    return render(request, "desk/parts/here.html", context)


def show_record(request: HttpRequest, id: UUID, *, part: bool = False) -> HttpResponse:
    """The page, or only its content after an act."""
    viewer = viewer_in(request)
    found = reads.one(viewer, id)
    now = timezone.now()
    context = context_of(viewer, found, request.GET.get("show", ""), now)
    context["here"] = presence.arrive(id, viewer, now)
    return render(request, "desk/done.html" if part else "desk/record.html", context)


def context_of(viewer: Viewer, record: Record, show: str, now: datetime) -> dict[str, Any]:
    """Everything the page shows."""
    allowed = tuple(reads.verbs_for(record, viewer))
    watchers = reads.watchers_of(record)
    return {
        "record": record,
        "seen": _seen(record),
        "state_word": reads.state_word(record, "technician"),
        "state_tone": TONES.get(record.evidence, ""),
        "reported": _reported(record, now),
        "acts": _acts(record, allowed, viewer),
        "path": path_of(record, reads.waits_in_process(record), now),
        "may_classify": "classify" in allowed,
        "may_unlink": "unlink" in allowed,
        "may_attach": may(viewer, "attach", record),
        **telling.context(viewer, record, len(watchers), show),
        **beside.context(viewer, record, watchers, now),
        **_composer(record, allowed, len(watchers), now),
    }


def _seen(record: Record) -> str:
    return f"{record.version}"


def _reported(record: Record, now: datetime) -> str:
    words = {
        "kind": _(KIND_WORDS.get(record.kind, record.kind)),
        "channel": _(CHANNELS.get(record.channel, CHANNELS["other"])),
        "who": record.requester.name if record.requester else _("nobody named"),
        "when": saying.moment(record.opened_at, now),
    }
    return _("%(kind)s, reported %(channel)s by %(who)s, %(when)s") % words


def _acts(record: Record, allowed: tuple[str, ...], viewer: Viewer) -> Acts:
    mine = record.assignee_id == viewer.person
    first = primary(allowed, mine=mine, sorted_=record.triaged_at is not None)
    known = [verb for verb in offered(record, viewer, allowed) if verb not in ELSEWHERE]
    near = [verb for verb in known if verb in BESIDE and verb != first]
    if first != "resolve" and "resolve" in known and record.state != "new":
        near.append("resolve")
    rest = [verb for verb in known if verb != first and verb not in near]
    return Acts(
        _button(record, first) if first else None,
        [_button(record, verb) for verb in near],
        [_button(record, verb) for verb in rest],
    )


def offered(record: Record, viewer: Viewer, allowed: Iterable[str]) -> list[str]:
    """The verbs with a form that make sense for this person, in the order of the forms."""
    held, mine = set(allowed), record.assignee_id == viewer.person
    return [verb for verb in FORMS if verb in held and not (verb == "take" and mine)]


def _button(record: Record, verb: str) -> Button:
    form = FORMS[verb]
    href = reverse("act", args=[record.pk, verb])
    return Button(verb, _(form.label), href, form.icon, form.key, bool(form.fields))


def _composer(
    record: Record, allowed: tuple[str, ...], others: int, now: datetime
) -> dict[str, Any]:
    requester = record.requester.name if record.requester else ""
    first = requester.split(" ")[0] if requester else _("the requester")
    more = ngettext("%(n)s other", "%(n)s others", others) % {"n": others}
    send = _("Send to %(who)s") % {"who": first}
    many = _("Send to %(who)s and %(more)s") % {"who": first, "more": more}
    watching = ngettext("%(n)s watcher", "%(n)s watchers", others) % {"n": others}
    return {
        "may_write": "comment" in allowed,
        "may_note": "note" in allowed,
        "may_ask": "ask" in allowed,
        "requester": requester or _("nobody yet"),
        "others_words": f", +{watching}" if others else "",
        "readers": f"{requester}, {watching}" if others else requester or _("The requester"),
        "send_words": many if others else send,
        "ask_until": options.local(options.in_a_day(timezone.localtime(now))),
        "start_private": "comment" not in allowed,
    }
