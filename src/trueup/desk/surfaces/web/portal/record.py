"""One record as its requester sees it: what was said in public, what comes next, what I may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base import attachments
from trueup.desk.base.access import Viewer, get, may
from trueup.desk.base.models import Attachment
from trueup.desk.feedback import reads as said
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.forms import text_in, version_in
from trueup.desk.surfaces.web.gate import account_in, viewer_in
from trueup.desk.surfaces.web.portal import rating, story, wording
from trueup.desk.surfaces.web.portal.home import USERS
from trueup.desk.surfaces.web.portal.report import MEGABYTE, put
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Record

Act = Callable[[HttpRequest, Record, Viewer], str]


@route(Policy("see", "record", USERS))
@require_safe
def my_record(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page."""
    return _page(request, reads.one(viewer_in(request), key))


@route(Policy("act", "record", USERS))
@require_POST
def act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Answer, confirm, reopen, cancel, follow or attach; a refusal keeps what was typed."""
    viewer = viewer_in(request)
    record = reads.one(viewer, key)
    doing = ACTS.get(verb)
    try:
        if doing is None:
            raise Refused(N_("There is no such step."))
        words = doing(request, record, viewer)
    except Refusal as refusal:
        return _page(request, reads.one(viewer, key), told(refusal), verb)
    messages.success(request, words)
    return HttpResponseRedirect(reverse("my_record", args=[key]))


@route(Policy("download", "attachment", USERS))
@require_safe
def file(request: HttpRequest, key: UUID) -> FileResponse:
    """The bytes of a file, never run by the browser."""
    row = get(viewer_in(request), Attachment, key)
    answer = FileResponse(attachments.path_of(row).open("rb"))
    inline = request.GET.get("show") == "1"
    for name, value in attachments.headers_for(row, inline=inline).items():
        answer[name] = value
    return answer


def _write(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    verbs.comment(record, text=text_in(request, "text", 20_000), actor=viewer)
    put(request, record, viewer)
    return gettext(N_("Sent. Everybody who works on it reads it."))


def _confirm(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    verbs.confirm(record, actor=viewer, version=version_in(request))
    return gettext(N_("Thank you. It is closed; you can open it again for 14 days."))


def _reopen(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    reason = text_in(request, "reason", 2_000)
    verbs.reopen(record, reason=reason, actor=viewer, version=version_in(request))
    return gettext(N_("It is open again, and the clock goes on where it stood."))


def _cancel(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    reason = text_in(request, "why", 2_000)
    version = version_in(request)
    if "withdraw" in reads.verbs_for(record, viewer):
        verbs.withdraw(record, reason=reason, actor=viewer, version=version)
    else:
        verbs.cancel(record, reason=reason, actor=viewer, version=version)
    return gettext(N_("It is taken back."))


def _attach(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    if not put(request, record, viewer):
        raise Refused(N_("Choose a file first."), field="file")
    return gettext(N_("Attached."))


def _watch(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    verbs.watch(record, person=account_in(request).person, actor=viewer)
    return gettext(N_("You hear of everything that happens here."))


def _unwatch(request: HttpRequest, record: Record, viewer: Viewer) -> str:
    verbs.unwatch(record, person=account_in(request).person, actor=viewer)
    return gettext(N_("You no longer hear of it."))


ACTS: dict[str, Act] = {
    "write": _write,
    "confirm": _confirm,
    "reopen": _reopen,
    "cancel": _cancel,
    "attach": _attach,
    "watch": _watch,
    "unwatch": _unwatch,
}


def _page(
    request: HttpRequest, record: Record, words: Told | None = None, verb: str = ""
) -> HttpResponse:
    viewer = viewer_in(request)
    allowed = set(reads.verbs_for(record, viewer))
    now = timezone.now()
    watching = any(each.pk == viewer.person for each in reads.watchers_of(record))
    own = record.requester_id == viewer.person
    may_cancel = bool(allowed & {"cancel", "withdraw"})
    follows = ("unwatch" in allowed and watching) or ("watch" in allowed and not own)
    opens = "reopen" in allowed and record.evidence != "resolved"
    context: dict[str, Any] = {
        "told": words,
        "tried": verb,
        "record": record,
        "mine": wording.mine(record, reads.state_word(record, "user"), now),
        "rating": said.my_survey(record, viewer),
        "scale": rating.SCALE,
        "entries": story.of(record, viewer),
        "files": reads.files_of(record, viewer),
        "allowed": allowed,
        "may_write": bool(allowed & {"comment", "answer"}),
        "may_cancel": may_cancel,
        "offers": follows or opens or may_cancel,
        "watching": watching,
        "own": own,
        "may_attach": may(viewer, "attach", record),
        "text": request.POST.get("text", ""),
        "reason": request.POST.get("reason", ""),
        "why": request.POST.get("why", ""),
        "most": attachments.MOST_BYTES,
        "most_mb": attachments.MOST_BYTES // MEGABYTE,
    }
    return render(request, "portal/record.html", context, status=words.status if words else 200)
