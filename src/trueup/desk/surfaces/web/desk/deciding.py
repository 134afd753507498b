"""Approvals: one card per decision, the longest waiting first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from trueup.core.refusals import Refusal
from trueup.core.words import N_
from trueup.desk.base.access import Viewer, get
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.work import reads, verbs
from trueup.desk.work.models import Approval

SAID = {
    "approved": N_("You said yes."),
    "rejected": N_("You said no."),
    "abstained": N_("You abstained."),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One decision that is waited for."""

    approval: Approval
    who: str
    service: str
    by: str
    since: str
    words: Told | None = None
    reason: str = ""


@route(Policy("list", "approval"))
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for this person's yes."""
    return _page(request, viewer_in(request))


@route(Policy("decide", "approval"))
@require_POST
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Yes, no with a reason, or neither."""
    viewer = viewer_in(request)
    approval = get(viewer, Approval, id)
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")[:2000]
    version = request.POST.get("version", "")
    try:
        verbs.decide(
            approval,
            decision=decision,
            reason=reason,
            actor=viewer,
            version=int(version) if version.isdigit() else None,
        )
    except Refusal as refusal:
        return _page(request, viewer, id, told(refusal), reason)
    messages.success(request, _(SAID[decision]))
    return redirect("approvals")


def _page(
    request: HttpRequest,
    viewer: Viewer,
    tried: UUID | None = None,
    words: Told | None = None,
    reason: str = "",
) -> HttpResponse:
    now = timezone.now()
    cards = [
        _card(one, now, words, reason) if one.pk == tried else _card(one, now)
        for one in reads.approvals_waiting(viewer)
    ]
    status = words.status if words else 200
    return render(request, "desk/approvals.html", {"cards": cards}, status=status)


def _card(approval: Approval, now: datetime, words: Told | None = None, reason: str = "") -> Card:
    record = approval.record
    return Card(
        approval=approval,
        who=record.requester.name if record.requester else "",
        service=record.service.name if record.service else "",
        by=saying.moment(approval.answer_by, now) if approval.answer_by else "",
        since=saying.moment(approval.requested_at, now),
        words=words,
        reason=reason,
    )
