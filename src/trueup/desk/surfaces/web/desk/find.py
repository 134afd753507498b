"""Find or do, and the sheet of keys: what one can do here, where one can go, what there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base.access import Viewer, get
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import places
from trueup.desk.surfaces.web.desk.forms import FORMS
from trueup.desk.surfaces.web.desk.record import offered
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import reads
from trueup.desk.work.models import Record

MOST_RECORDS = 8
LISTS = (
    ("j k", N_("Next, previous")),
    ("o", N_("Open it")),
    ("x", N_("Choose")),
    ("X", N_("Choose all up to here")),
    ("Esc", N_("Clear the choice")),
)
EVERYWHERE = (
    ("Ctrl K", N_("Find or do")),
    ("?", N_("This sheet")),
    ("g q", N_("Go to the queue")),
    ("g h", N_("Go home")),
    ("g o", N_("Go to the overview")),
    ("g f", N_("Go to the findings")),
    ("Ctrl ↵", N_("Send or save")),
    ("Esc", N_("Close")),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the palette."""

    name: str
    more: str
    href: str
    icon: str
    key: str = ""
    verb: str = ""


@route(Policy("find", "record"))
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """The palette itself, or only its options for what was typed."""
    viewer = viewer_in(request)
    text = request.GET.get("q", "").strip()[:100]
    record = _record(viewer, request.GET.get("record", ""))
    context = {
        "options": list(_options(viewer, record, text)),
        "on": record.number if record else "",
    }
    whole = request.GET.get("whole") == "1"
    return render(request, "desk/palette.html" if whole else "desk/parts/options.html", context)


@route(Policy("see", "keys"))
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """All keys."""
    said = [(key, _(words)) for key, words in EVERYWHERE]
    context = {"lists": [(key, _(words)) for key, words in LISTS], "everywhere": said}
    return render(request, "desk/keys.html", context)


def _record(viewer: Viewer, key: str) -> Record | None:
    try:
        return get(viewer, Record, key) if key and places.at_desk(viewer) else None
    except NotFound:
        return None


def _options(viewer: Viewer, record: Record | None, text: str) -> Iterator[Option]:
    """Verbs on the record in view first, then places, then records."""
    if record is not None:
        yield from (one for one in _verbs(viewer, record) if _fits(text, one))
    yield from (one for one in _places(viewer) if _fits(text, one))
    if len(text) >= 2:
        yield from _records(viewer, text)


def _fits(text: str, option: Option) -> bool:
    """Whether each typed piece begins a word of the name."""
    words = option.name.casefold().split()
    return all(any(word.startswith(part) for word in words) for part in text.casefold().split())


def _verbs(viewer: Viewer, record: Record) -> Iterator[Option]:
    for verb in offered(record, viewer, reads.verbs_for(record, viewer)):
        form = FORMS[verb]
        href = reverse("act", args=[record.pk, verb])
        yield Option(_(form.label), _("this record"), href, form.icon or "next", form.key, verb)


def _places(viewer: Viewer) -> Iterator[Option]:
    desk = places.at_desk(viewer)
    for entry in places.entries(viewer, "", desk=desk):
        yield Option(_(entry.place.label), _("go there"), entry.href, entry.place.icon)


def _records(viewer: Viewer, text: str) -> Iterator[Option]:
    name = "record" if places.at_desk(viewer) else "my_record"
    for record in reads.search(viewer, text, most=MOST_RECORDS):
        yield Option(record.number, record.title, reverse(name, args=[record.pk]), "tray")
