"""Writing on a record: the public reply, the private note, the question, and files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base import verbs as base
from trueup.desk.base.access import get
from trueup.desk.base.roles import STAFF
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.desk import inputs
from trueup.desk.surfaces.web.desk.acts import done
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import verbs
from trueup.desk.work.models import Record

DESK = frozenset(STAFF)
UNSAID = N_("Say who shall read it: the requester, or technicians only.")


@route(Policy("write", "message", DESK))
@require_POST
def say(request: HttpRequest, id: UUID) -> HttpResponse:
    """Send the words of the composer; nothing is sent where it is not clear who reads them."""
    viewer = viewer_in(request)
    record = get(viewer, Record, id)
    audience, text = request.POST.get("audience"), request.POST.get("text", "").strip()
    if audience == "private":
        verbs.note(record, text=text, actor=viewer)
        messages.success(request, _("Private note saved."))
    elif audience != "public":
        raise Refused(UNSAID, field="audience")
    elif request.POST.get("asks"):
        until = inputs.moment_of("next_contact_at", request.POST.get("next_contact_at", ""))
        if until is None:
            raise Refused(N_("Say when you will be in touch again."), field="next_contact_at")
        verbs.ask(record, text=text, next_contact_at=until, actor=viewer)
        messages.success(request, _("Asked. The clock waits for the answer."))
    else:
        verbs.comment(record, text=text, actor=viewer)
        messages.success(request, _("Sent."))
    return done(request, record.pk)


@route(Policy("attach", "attachment", DESK))
@require_POST
def upload(request: HttpRequest, id: UUID) -> HttpResponse:
    """Attach a file, private unless it was said otherwise."""
    viewer = viewer_in(request)
    record = get(viewer, Record, id)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(N_("Choose a file first."), field="file")
    row = base.attach(
        record,
        file.name or "file",
        file.chunks(),
        declared_type=file.content_type or "",
        private=request.POST.get("private") == "on",
        actor=viewer,
    )
    messages.success(request, _("%(name)s is attached.") % {"name": row.name})
    return done(request, record.pk)
