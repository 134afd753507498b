"""Reporting and ordering: a form that keeps what was typed, with files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from trueup.core import scores
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base.access import Viewer, get
from trueup.desk.base.attachments import MOST_BYTES
from trueup.desk.base.verbs import attach
from trueup.desk.services import reads as services
from trueup.desk.services.models import Offering, Service
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.forms import number_in, text_in
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.portal import promise, wording
from trueup.desk.surfaces.web.portal.home import USERS
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

KINDS = ("incident", "request")
MOST_FILES = 10
MEGABYTE = 1024 * 1024


@route(Policy("report", "record", USERS))
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and sending it; a refusal brings it back as it was typed."""
    if request.method != "POST":
        return _page(request)
    try:
        record = _send(request, viewer_in(request))
    except Refusal as refusal:
        return _page(request, told(refusal))
    text = gettext(N_("%(number)s is with us."))
    messages.success(request, text % {"number": record.number})
    return HttpResponseRedirect(reverse("my_record", args=[record.pk]))


@route(Policy("see", "promise", USERS))
@require_safe
def promised(request: HttpRequest) -> HttpResponse:
    """What may be counted on for what is chosen so far, as a part of the form."""
    return render(request, "portal/promise.html", {"promise": _promise(request)})


def _send(request: HttpRequest, viewer: Viewer) -> Record:
    """Report it with its files, or nothing of it."""
    kind = request.POST.get("kind", "incident")
    if kind not in KINDS:
        raise Refused(N_("Choose what it is."), field="kind")
    with transaction.atomic():
        record = verbs.report(
            title=text_in(request, "title", 300),
            description=text_in(request, "description", 20_000),
            kind=kind,
            service=_service(request, viewer),
            impact=_scale(request, "impact"),
            urgency=_scale(request, "urgency"),
            channel="portal",
            actor=viewer,
        )
        put(request, record, viewer)
    return record


def put(request: HttpRequest, record: Record, viewer: Viewer) -> int:
    """Attach the files of a form; a refusal names the file."""
    files = request.FILES.getlist("file")
    if len(files) > MOST_FILES:
        raise Refused(N_("At most %(most)s files at once."), field="file", most=MOST_FILES)
    for file in files:
        _attach(file, record, viewer)
    return len(files)


def _attach(file: UploadedFile[Any], record: Record, viewer: Viewer) -> None:
    name = file.name or "file"
    try:
        attach(record, name, file.chunks(), declared_type=file.content_type or "", actor=viewer)
    except Refused as refusal:
        words = told(refusal).text
        raise Refused(
            N_("“%(name)s” was not attached. %(why)s"), field="file", name=name[:80], why=words
        ) from refusal


def _service(request: HttpRequest, viewer: Viewer) -> Service | None:
    key = (request.POST or request.GET).get("service", "")
    return get(viewer, Service, key, field="service") if key else None


def _scale(request: HttpRequest, name: str) -> int | None:
    value = number_in(request, name)
    if value is not None and not 1 <= value <= 4:
        raise Refused(N_("Choose one of the answers."), field=name)
    return value


def _promise(request: HttpRequest) -> str:
    """The promised times, or nothing where no service is chosen yet."""
    sent = request.POST or request.GET
    viewer = viewer_in(request)
    scale = {name: sent.get(name, "") for name in ("impact", "urgency")}
    impact, urgency = (int(v) if v in ("1", "2", "3", "4") else None for v in scale.values())
    try:
        service = _service(request, viewer)
    except Refusal:
        return ""
    priority = scores.priority(impact, urgency)
    return promise.of_service(viewer, service, priority, sent.get("kind", "incident"))


def _page(request: HttpRequest, words: Told | None = None) -> HttpResponse:
    viewer = viewer_in(request)
    sent = request.POST or request.GET
    order = sent.get("order", "")
    offering = get(viewer, Offering, order) if order and not request.POST else None
    context = {
        "told": words,
        "kind": "request" if offering else sent.get("kind", "incident"),
        "title": offering.name if offering else sent.get("title", "")[:300],
        "description": sent.get("description", ""),
        "service": str(offering.service_id) if offering else sent.get("service", ""),
        "offering": offering,
        "impact": sent.get("impact", ""),
        "urgency": sent.get("urgency", ""),
        "services": [
            ("", gettext(N_("I do not know"))),
            *((each.pk, each.name) for each in services.services_of(viewer)),
        ],
        "impacts": wording.IMPACTS,
        "urgencies": wording.URGENCIES,
        "promise": _promise(request),
        "most": MOST_BYTES,
        "most_mb": MOST_BYTES // MEGABYTE,
    }
    return render(request, "portal/report.html", context, status=words.status if words else 200)
