"""A new record, written down by a technician for somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base import reads as base
from trueup.desk.base.access import Viewer
from trueup.desk.base.roles import WORKERS
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.desk import inputs, options
from trueup.desk.surfaces.web.desk.forms import IMPACT_FIELD, SERVICE, URGENCY_FIELD, Field, Shown
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

MOST_PEOPLE = 400
REQUESTER = "requester"
KINDS = (("incident", N_("Something is broken")), ("request", N_("Something is wanted")))
CHANNELS = (
    ("phone", N_("By phone")),
    ("walk_in", N_("In person")),
    ("mail", N_("By mail")),
    ("chat", N_("By chat")),
    ("other", N_("Otherwise")),
)
FIELDS = (
    Field(
        REQUESTER,
        N_("For whom"),
        "person",
        True,
        N_("The mail address; the list helps after a few letters."),
        most=254,
    ),
    Field("kind", N_("What it is"), "choice", True, choices=KINDS),
    Field("title", N_("In one line"), "text", True),
    Field("description", N_("In their words"), "long", most=20000),
    replace(SERVICE, hint=N_("The agreement on it sets the clock.")),
    IMPACT_FIELD,
    URGENCY_FIELD,
    Field("channel", N_("How it reached us"), "choice", True, choices=CHANNELS),
)


@route(Policy("open", "record", frozenset(WORKERS)))
@require_http_methods(["GET", "POST"])
def new_record(request: HttpRequest) -> HttpResponse:
    """The form, and the opening."""
    viewer = viewer_in(request)
    typed = {name: str(value) for name, value in request.POST.items()}
    if request.method == "GET":
        return _form(request, viewer, {"kind": "incident", "channel": "phone"}, None)
    try:
        record = _open(viewer, typed)
    except Refusal as refusal:
        return _form(request, viewer, typed, told(refusal))
    messages.success(request, _("%(number)s is open.") % {"number": record.number})
    return redirect("record", record.pk)


def _open(viewer: Viewer, typed: Mapping[str, str]) -> Record:
    plain = [field for field in FIELDS if field.name != REQUESTER]
    given = inputs.read(viewer, plain, typed)
    person = base.by_address(viewer, typed.get(REQUESTER, ""))
    if person is None:
        raise Refused(N_("Nobody here has this mail address."), field=REQUESTER)
    given |= {"title": str(given["title"]), "requester": person, "customer": person.customer}
    return verbs.report(actor=viewer, **given)  # type: ignore[arg-type]


def _form(
    request: HttpRequest, viewer: Viewer, typed: Mapping[str, str], words: Told | None
) -> HttpResponse:
    errors = words.errors if words else {}
    shown = [
        Shown(
            field,
            value=typed.get(field.name, ""),
            choices=options.choices_of(viewer, field),
            error=errors.get(field.name, ""),
        )
        for field in FIELDS
    ]
    people = base.people_with(viewer, "user")[:MOST_PEOPLE]
    context = {"fields": shown, "people": people, "told": words}
    return render(request, "desk/new.html", context, status=words.status if words else 200)
