"""Planning the first step of a finding, and all steps with what became of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from trueup.core.refusals import Refusal
from trueup.core.words import N_
from trueup.desk.assurance import reads, verbs
from trueup.desk.assurance.models import Action
from trueup.desk.assurance.policy import PLANNERS, READERS
from trueup.desk.base import access, roles
from trueup.desk.base.access import Viewer
from trueup.desk.base.models import Person
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import told
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.manage import findings, values
from trueup.desk.surfaces.web.manage.seeing import seen

Row = dict[str, Any]
RESULTS = {
    "effective": ("green", N_("Worked")),
    "partly": ("amber", N_("Worked in part")),
    "not_effective": ("red", N_("Did not work")),
    "cannot_tell": ("not_enough_evidence", N_("Cannot tell yet")),
}


@route(Policy("plan", "finding", frozenset(PLANNERS)))
@require_POST
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Agree to a finding and freeze its test; a refusal brings the form back as it was typed."""
    view = seen(request)
    asked, until = request.POST.get("owner", ""), request.POST.get("due", "")
    try:
        owner = access.get(view.viewer, Person, asked, field="owner") if asked else None
        verbs.plan(view.run, key, owner=owner, due=_day(until), actor=view.viewer)
    except Refusal as refusal:
        words = told(refusal)
        typed = {"told": words, "owner": asked, "due": until}
        return findings.page(request, view, key, typed, status=words.status)
    messages.success(request, gettext(N_("Planned. Its test is frozen.")))
    return HttpResponseRedirect(view.at("finding", key))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@route(Policy("see", "action", frozenset(roles.STAFF)))
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """Every planned step: in whose hands, until when, and whether it worked."""
    viewer = viewer_in(request)
    results = _results(viewer)
    rows = [line(one, viewer, results) for one in reads.actions(viewer)[:200]]
    context = {
        "open": [row for row in rows if not row["done"]],
        "done": [row for row in rows if row["done"]],
        "reader": viewer.has(*READERS),
    }
    return render(request, "manage/actions.html", context)


def line(action: Action, viewer: Viewer, results: dict[str, str]) -> Row:
    """A step as lists show it."""
    light, word = RESULTS.get(results.get(str(action.finding_id), ""), ("", ""))
    share = "share" if _within(action) else ""
    return {
        "action": action,
        "number": action.finding.subject.number,
        "headline": action.finding.subject.label,
        "href": f"{reverse('finding', args=(action.finding.key,))}?run={action.finding.run_id}",
        "done": action.done_at is not None,
        "overdue": action.done_at is None and action.due < timezone.localdate(),
        "mine": viewer.person == action.owner_id,
        "today": values.value(action.baseline, share),
        "works_if": values.value(action.expected, share),
        "light": light,
        "word": gettext(word) if word else "",
    }


def _within(action: Action) -> bool:
    known = [n for n in (action.baseline, action.expected) if n is not None]
    return bool(known) and all(0 <= n <= 1 for n in known)


def _results(viewer: Viewer) -> dict[str, str]:
    """What the latest audit says of the tests whose day has come."""
    run = reads.latest(viewer)
    rows = reads.result(run)["verifications"] if run else []
    return {row["finding"]: row["result"] for row in rows}


@route(Policy("complete", "action", frozenset(roles.STAFF)))
@require_POST
def done(request: HttpRequest, key: UUID) -> HttpResponse:
    """The owner says that the step was taken, and what shows it."""
    viewer = viewer_in(request)
    action = access.get(viewer, Action, key)
    verbs.complete(action, proof=request.POST.get("proof", ""), actor=viewer)
    messages.success(request, gettext(N_("Noted. Later records will show whether it worked.")))
    return HttpResponseRedirect(reverse("actions"))
