"""One's own settings: look, language, keys, password; and the language before log-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base import verbs
from trueup.desk.feedback import reads as said
from trueup.desk.feedback import verbs as feedback
from trueup.desk.surfaces.policy import EVERYONE, Policy, route
from trueup.desk.surfaces.web.answers import Told, told
from trueup.desk.surfaces.web.gate import LANGUAGE, account_in, viewer_in

LANGUAGES = (("en", "English"), ("de", "Deutsch"))
THEMES = (
    ("auto", N_("As my device")),
    ("light", N_("Light")),
    ("dark", N_("Dark")),
)
YEAR = 365 * 24 * 3600


@route(Policy("set_look", "account"))
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Language, theme and single keys of whoever is logged in."""
    if request.method != "POST":
        return _page(request)
    language = request.POST.get("language", "")
    try:
        verbs.set_look(
            account_in(request).person,
            language=language,
            theme=request.POST.get("theme", ""),
            single_keys=request.POST.get("single_keys") == "on",
            actor=viewer_in(request),
        )
    except Refusal as refusal:
        return _page(request, told(refusal))
    request.session.pop(LANGUAGE, None)
    with override(language):
        messages.success(request, gettext(N_("Your settings are saved.")))
    return HttpResponseRedirect(request.path)


@route(Policy("set_password", "account"))
@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """A new password, against the old one; every other session ends."""
    account = account_in(request)
    try:
        if not account.check_password(request.POST.get("old", "")):
            raise Refused(N_("This is not your present password."), field="old")
        new = request.POST.get("password", "")
        changed = verbs.set_password(account.person, new, actor=viewer_in(request))
    except Refusal as refusal:
        return _page(request, told(refusal))
    update_session_auth_hash(request, changed)
    messages.success(request, gettext(N_("Your password is changed. Other sessions have ended.")))
    return HttpResponseRedirect("/settings")


@route(Policy("opt_out", "survey"))
@require_POST
def asking(request: HttpRequest) -> HttpResponse:
    """Be asked how it was, or not."""
    person, viewer = account_in(request).person, viewer_in(request)
    if request.POST.get("asked") == "on":
        feedback.opt_in(person, actor=viewer)
        text = gettext(N_("You may be asked how it was."))
    else:
        feedback.opt_out(person, actor=viewer)
        text = gettext(N_("You are not asked any more."))
    messages.success(request, text)
    return HttpResponseRedirect("/settings")


@route(Policy("choose_language", "page", EVERYONE))
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language before log-in; kept in a cookie."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/login"
    answer = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in dict(LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SECURE,
        )
    return answer


def _page(request: HttpRequest, words: Told | None = None) -> HttpResponse:
    account = account_in(request)
    context = {
        "told": words,
        "account": account,
        "languages": LANGUAGES,
        "themes": THEMES,
        "language": request.POST.get("language", get_language()),
        "asked": said.may_be_asked(account.person_id),
        "chosen_theme": request.POST.get("theme", account.theme),
    }
    return render(request, "account/settings.html", context, status=words.status if words else 200)
