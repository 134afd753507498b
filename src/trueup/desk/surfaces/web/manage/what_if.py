"""What if: the past counted again under other rules, asked for, watched and read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from trueup.core.refusals import Refusal
from trueup.core.words import N_
from trueup.desk.assurance import reads, verbs
from trueup.desk.assurance.models import WhatIf
from trueup.desk.assurance.policy import READERS, TRIERS
from trueup.desk.assurance.what_if_lines import Line, scenario_of
from trueup.desk.assurance.words import book_of
from trueup.desk.base import access
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.manage import what_if_form, what_if_shown
from trueup.desk.surfaces.web.manage.audits import STATES
from trueup.desk.surfaces.web.manage.seeing import Seen, seen_or_none
from trueup.desk.surfaces.web.manage.what_if_form import KINDS, MOST_LINES

LOOK = Policy("see", "what_if", frozenset(READERS))
LISTED = 20


@route(LOOK)
@require_safe
def what_if(request: HttpRequest) -> HttpResponse:
    """The form, and what was tried before."""
    kind = request.GET.get("kind", "")
    return _page(request, [Line(kind, request.GET.get("what", "")[:200])] if kind in KINDS else [])


@route(Policy("try_out", "what_if", frozenset(TRIERS)))
@require_POST
def try_out(request: HttpRequest) -> HttpResponse:
    """Add or take out a line, or count the past again; a refusal brings the form back as typed."""
    viewer = viewer_in(request)
    lines, name = what_if_form.lines_of(request.POST), request.POST.get("name", "").strip()
    added, dropped = request.POST.get("add", ""), request.POST.get("drop", "")
    if added in KINDS or dropped:
        return _page(request, _edited(lines, added, dropped), name)
    try:
        access.require(viewer, "try_out", WhatIf)
        asked = verbs.try_out(scenario_of(name, lines), actor=viewer)
    except Refusal as refusal:
        words = told(refusal)
        return _page(request, lines, name, words)
    return HttpResponseRedirect(reverse("what_if_one", args=(asked.pk,)))


def _edited(lines: list[Line], added: str, dropped: str) -> list[Line]:
    kept = [line for number, line in enumerate(lines) if str(number) != dropped]
    return [*kept, Line(added)] if added in KINDS and len(kept) < MOST_LINES else kept


def _page(
    request: HttpRequest, lines: list[Line], name: str = "", words: Told | None = None
) -> HttpResponse:
    viewer, seen = viewer_in(request), seen_or_none(request)
    context: dict[str, Any] = {
        "seen": seen,
        "may_try": access.may(viewer, "try_out", WhatIf),
        "name": name,
        "told": words,
        "lines": lines,
        "kinds": [(key, gettext(label)) for key, label in KINDS.items()],
        "full": len(lines) >= MOST_LINES,
        "choices": what_if_form.choices_of(seen, lines) if seen else {},
        "tried": [_tried(one) for one in reads.what_ifs(viewer)[:LISTED]],
    }
    return render(request, "manage/what_if.html", context, status=words.status if words else 200)


def _tried(asked: WhatIf) -> dict[str, Any]:
    lights = asked.outcome.get("indicators", ())
    return {
        "asked": asked,
        "name": _name(asked),
        "state": gettext(STATES[asked.state]),
        "who": asked.asked_by.name if asked.asked_by else "",
        "turned": sum(row["before"]["light"] != row["after"]["light"] for row in lights),
    }


def _name(asked: WhatIf) -> str:
    given: str = asked.scenario.get("name", "")
    return given or gettext(N_("Unnamed"))


@route(LOOK)
@require_safe
def what_if_one(request: HttpRequest, key: UUID) -> HttpResponse:
    """One of them: how far it is, or both sides once it is done."""
    viewer = viewer_in(request)
    asked = reads.what_if_of(viewer, key)
    run = reads.run_of(viewer, asked.run_id)
    seen = Seen(viewer, run, run == reads.latest(viewer), reads.result(run), book_of(run))
    context: dict[str, Any] = {"asked": asked, "name": _name(asked), "seen": seen}
    if asked.state == "done":
        context |= what_if_shown.shown(seen, asked)
    return render(request, "manage/what_if_one.html", context)


@route(LOOK)
@require_safe
def what_if_progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is, asked again and again; once it has ended, the page is loaded anew."""
    asked = reads.what_if_of(viewer_in(request), key)
    if not asked.open:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = reverse("what_if_one", args=(asked.pk,))
        return answer
    return render(request, "manage/what_if_progress.html", {"asked": asked})
