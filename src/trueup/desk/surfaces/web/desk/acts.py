"""Verbs on a record: one form each, one door for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from trueup.core.refusals import Conflict, NotFound, Refusal
from trueup.desk.base.access import NOTHING, Viewer, get
from trueup.desk.base.roles import STAFF
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.desk import clash, inputs, options, undoing
from trueup.desk.surfaces.web.desk.forms import FORMS, Field, Shown, fields_for
from trueup.desk.surfaces.web.desk.record import show_record
from trueup.desk.surfaces.web.desk.undoing import Before, Way
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

PLACES = ("act-body", "facts")
DESK = frozenset(STAFF)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: the record as it stands where it went well, else why not."""

    record: Record | None = None
    words: Told | None = None
    clashes: tuple[clash.Clash, ...] = ()
    changed_by: str = ""


@route(Policy("do", "record", DESK))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """A verb's form, and the doing of it."""
    if verb not in FORMS:
        raise NotFound(NOTHING)
    viewer = viewer_in(request)
    record = get(viewer, Record, id)
    if request.method == "GET":
        return _form(request, viewer, record, verb, {}, Tried())
    fields = fields_for(verb, record.state)
    typed = {name: str(value) for name, value in request.POST.items()}
    was = Before.of(record)
    tried = _try(viewer, record, verb, fields, typed)
    if tried.record is not None:
        _say(request, verb, was, tried.record)
        return done(request, record.pk)
    return _form(request, viewer, get(viewer, Record, id), verb, typed, tried)


def _say(request: HttpRequest, verb: str, was: Before, record: Record) -> None:
    """Tell what was done and offer the way back; the way back itself is only told."""
    if "undo" in request.POST:
        messages.success(request, f"{record.number}: {_(undoing.DONE)}")
        return
    back = undoing.opposite(verb, was, Before.of(record))
    way = ""
    if back is not None:
        told_with = (("version", str(record.version)), ("undo", "1"))
        way = Way(reverse("act", args=[record.pk, back.verb]), (*back.given, *told_with)).kept()
    messages.success(request, f"{record.number}: {_(FORMS[verb].done)}", extra_tags=way)


def done(request: HttpRequest, record: UUID) -> HttpResponse:
    """The record as it stands now; a whole page where no script asked."""
    if not getattr(request, "htmx", False):
        return redirect("record", record)
    answer = show_record(request, record, part=True)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#record", "outerHTML"
    answer["HX-Trigger-After-Swap"] = json.dumps({"trueup:done": {}})
    return answer


def _try(
    viewer: Viewer,
    record: Record,
    verb: str,
    fields: tuple[Field, ...],
    typed: Mapping[str, str],
    again: int = 2,
) -> Tried:
    """Do it. Where others changed only what this does not touch, it is done all the same."""
    version = int(typed["version"]) if typed.get("version", "").isdigit() else None
    try:
        given = inputs.read(viewer, fields, clash.settled(typed))
        return Tried(_do(viewer, record, verb, given, version))
    except Conflict as conflict:
        fresh = get(viewer, Record, record.pk)
        found = clash.compare(viewer, fresh, fields, typed, conflict)
        if not again or any(one.asks for one in found) or clash.moved(conflict, typed):
            return Tried(None, told(conflict), found, clash.last_hand(fresh))
        newer = {**typed, "version": str(fresh.version)}
        return _try(viewer, fresh, verb, fields, newer, again - 1)
    except Refusal as refusal:
        return Tried(None, told(refusal))


def _do(
    viewer: Viewer, record: Record, verb: str, given: Mapping[str, object], version: int | None
) -> Record:
    doing: Callable[..., Record] = getattr(verbs, verb)
    return doing(record, actor=viewer, version=version, via="web", **given)


def _form(
    request: HttpRequest,
    viewer: Viewer,
    record: Record,
    verb: str,
    typed: Mapping[str, str],
    tried: Tried,
) -> HttpResponse:
    form = FORMS[verb]
    at = typed.get("at") or request.GET.get("at", "")
    at = at if at in PLACES else PLACES[0]
    context: dict[str, Any] = {
        "record": record,
        "action": reverse("act", args=[record.pk, verb]),
        "title": _title(record, verb),
        "lead": _(form.lead) if form.lead else "",
        "button": _(form.label),
        "grave": form.grave,
        "at": at,
        "told": tried.words,
        "clashes": tried.clashes,
        "changed_by": tried.changed_by,
        "fields": _shown(viewer, record, verb, typed, tried),
    }
    is_part = getattr(request, "htmx", False)
    template = "desk/parts/act.html" if is_part else "desk/act.html"
    status = tried.words.status if tried.words else 200
    answer = render(request, template, context, status=status)
    if is_part and tried.words:
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#{at}", "innerHTML"
    return answer


def _title(record: Record, verb: str) -> str:
    return f"{record.number}: {_(FORMS[verb].label)}"


def _shown(
    viewer: Viewer, record: Record, verb: str, typed: Mapping[str, str], tried: Tried
) -> list[Shown]:
    errors = tried.words.errors if tried.words else {}
    found = []
    for field in fields_for(verb, record.state):
        now = options.value_of(record, field)
        found.append(
            Shown(
                field,
                value=typed.get(field.name, now),
                choices=options.choices_of(viewer, field),
                error=errors.get(field.name, ""),
                was=now,
            )
        )
    return found
