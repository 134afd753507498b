"""Saying how it was: on the record's page, or by the link of a mail without logging in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_http_methods, require_POST

from trueup.core.refusals import NotFound, Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base.access import NOTHING
from trueup.desk.base.viewer import viewer_of
from trueup.desk.feedback import reads as said
from trueup.desk.feedback import verbs
from trueup.desk.feedback.models import Survey
from trueup.desk.surfaces.policy import EVERYONE, Policy, route
from trueup.desk.surfaces.web.answers import told
from trueup.desk.surfaces.web.forms import number_in, text_in
from trueup.desk.surfaces.web.gate import viewer_in
from trueup.desk.surfaces.web.portal.home import USERS
from trueup.desk.work import reads

SCALE = (
    (1, N_("Very bad")),
    (2, N_("Bad")),
    (3, N_("Fair")),
    (4, N_("Good")),
    (5, N_("Very good")),
)
CHOOSE = N_("Choose one of the five.")
THANKS = N_("Thank you. It is counted.")


@route(Policy("rate", "record", USERS))
@require_POST
def rate(request: HttpRequest, key: UUID) -> HttpResponse:
    """One click on the page of one's record; a word may follow."""
    viewer = viewer_in(request)
    verbs.rate(reads.one(viewer, key), viewer, _csat(request), text_in(request, "comment", 4_000))
    messages.success(request, gettext(THANKS))
    return HttpResponseRedirect(reverse("my_record", args=[key]) + "#rate")


@route(Policy("answer", "survey", EVERYONE))
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of a mail. Looking changes nothing; a click on a step answers."""
    survey = said.survey_of(token)
    with override(survey.language or "en"):
        if request.method != "POST":
            return _page(request, token, survey)
        try:
            comment = text_in(request, "comment", 4_000)
            survey = verbs.answer_by_token(token, _csat(request), comment)
        except NotFound:
            raise
        except Refusal as refusal:
            words = told(refusal)
            return _page(request, token, survey, told=words, status=words.status)
        return _page(request, token, survey, thanks=gettext(THANKS))


@route(Policy("opt_out", "survey", EVERYONE))
@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Do not ask me any more, by the link of a mail."""
    survey = said.survey_of(token)
    viewer = viewer_of(survey.person_id) if survey.person_id else None
    if survey.person is None or viewer is None:
        raise NotFound(NOTHING)
    verbs.opt_out(survey.person, actor=viewer, via="mail")
    with override(survey.language or "en"):
        words = gettext(N_("You are not asked any more. In your settings you can change that."))
        return _page(request, token, survey, thanks=words)


def _csat(request: HttpRequest) -> int:
    value = number_in(request, "csat")
    if value is None:
        raise Refused(CHOOSE, field="csat")
    return value


def _page(
    request: HttpRequest, token: str, survey: Survey, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "survey": survey,
        "mine": said.mine(survey),
        "token": token,
        "scale": SCALE,
        "wanted": request.GET.get("csat", ""),
        "comment": request.POST.get("comment", ""),
        **more,
    }
    return render(request, "portal/rate.html", context, status=status)
