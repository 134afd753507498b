"""Saying yes or no to a proposed agreement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from trueup.core.refusals import Refusal
from trueup.core.words import N_
from trueup.desk.base.access import get
from trueup.desk.services import verbs
from trueup.desk.services.models import Agreement
from trueup.desk.surfaces.policy import Policy, route
from trueup.desk.surfaces.web.answers import told
from trueup.desk.surfaces.web.customer.pages import READERS, agreement_page
from trueup.desk.surfaces.web.forms import version_in
from trueup.desk.surfaces.web.gate import viewer_in


@route(Policy("agree", "agreement", READERS))
@require_POST
def agree(request: HttpRequest, key: UUID) -> HttpResponse:
    """Yes: from now on this version is fixed."""
    viewer = viewer_in(request)
    found = get(viewer, Agreement, key)
    try:
        verbs.agree(found, actor=viewer, version=version_in(request))
    except Refusal as refusal:
        return _again(request, found, refusal)
    messages.success(request, gettext(N_("Agreed. This version is fixed from now on.")))
    return HttpResponseRedirect(reverse("agreement", args=[key]))


@route(Policy("decline", "agreement", READERS))
@require_POST
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """No, and what should be different."""
    viewer = viewer_in(request)
    found = get(viewer, Agreement, key)
    reason = request.POST.get("reason", "")[:2000]
    try:
        verbs.decline(found, reason=reason, actor=viewer, version=version_in(request))
    except Refusal as refusal:
        return _again(request, found, refusal, reason)
    messages.success(request, gettext(N_("Declined. The service owner reads what you wrote.")))
    return HttpResponseRedirect(reverse("customer"))


def _again(
    request: HttpRequest, found: Agreement, refusal: Refusal, reason: str = ""
) -> HttpResponse:
    """The page as it stands now, with what was written."""
    words = told(refusal)
    fresh = get(viewer_in(request), Agreement, found.pk)
    return agreement_page(request, fresh, told=words, reason=reason, status=words.status)
