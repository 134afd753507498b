"""Logging in and out, and the demo's doors."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base import accounts
from trueup.desk.base.access import NOTHING
from trueup.desk.base.models import Account
from trueup.desk.base.viewer import viewer_of
from trueup.desk.surfaces.policy import EVERYONE, Policy, route
from trueup.desk.surfaces.web import places
from trueup.desk.surfaces.web.account.doors import door, doors
from trueup.desk.surfaces.web.answers import Told
from trueup.desk.surfaces.web.gate import LANGUAGE, begin, viewer_in, viewer_or_none

WRONG = N_("Name and password do not fit together. Check both; capitals count in the password.")
WAIT = N_("Too many tries for this name. Wait 15 minutes, or ask your administrator.")
DOORS = "trueup.desk.surfaces.web.account.backend.Passwords"


@route(Policy("see", "start"))
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the first page of whoever comes."""
    return HttpResponseRedirect(places.first_page(viewer_in(request)))


@route(Policy("log_in", "account", EVERYONE))
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; say in words what does not fit."""
    if request.method != "POST":
        return HttpResponseRedirect("/") if viewer_or_none(request) else _page(request)
    name = request.POST.get("login", "")[:254].strip().lower()
    account = authenticate(request, username=name, password=request.POST.get("password", ""))
    if not isinstance(account, Account):
        if getattr(request, "axes_locked_out", False):
            return too_many(request)
        return _page(request, _told(401, WRONG))
    return _enter(request, account)


@route(Policy("log_out", "account"))
@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return HttpResponseRedirect("/login")


@route(Policy("enter_as", "account", EVERYONE))
@require_POST
def enter_as(request: HttpRequest) -> HttpResponse:
    """In the demo, go on as one of its people; elsewhere this address does not exist."""
    chosen = door(request.POST.get("login", ""))
    account = accounts.by_login(chosen.login) if chosen else None
    if account is None or not account.is_active:
        raise NotFound(NOTHING)
    language = get_language()
    logout(request)
    answer = _enter(request, account, DOORS)
    request.session[LANGUAGE] = language
    return answer


def too_many(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Told instead of the log-in page while a name is locked."""
    answer = _page(request, _told(429, WAIT))
    answer["Retry-After"] = "900"
    return answer


def _enter(request: HttpRequest, account: Account, backend: str | None = None) -> HttpResponse:
    login(request, account, backend)
    begin(request)
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(wanted)
    viewer = viewer_of(account.person_id)
    return HttpResponseRedirect(places.first_page(viewer) if viewer else "/login")


def _told(status: int, text: str) -> Told:
    return Told(status, gettext(N_("Not logged in")), gettext(text))


def _page(request: HttpRequest, told: Told | None = None) -> HttpResponse:
    context = {
        "told": told,
        "doors": doors(),
        "login": request.POST.get("login", "")[:254],
        "next": (request.POST or request.GET).get("next", "")[:2000],
    }
    return render(request, "account/login.html", context, status=told.status if told else 200)
