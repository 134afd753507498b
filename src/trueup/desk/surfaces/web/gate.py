"""The log-in gate: who looks, whether the page is for them, and in which language and zone.

A view that declares no policy is never shown: the gate fails closed.
"""

from __future__ import annotations

import time
import zoneinfo
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from trueup.desk.base.access import NOT_YOURS, NotAllowed, Viewer
from trueup.desk.base.models import Account
from trueup.desk.base.viewer import viewer_for
from trueup.desk.surfaces.policy import policy_of
from trueup.desk.surfaces.web import answers

SEEN, NOTED_EVERY = "seen", 300
LANGUAGE = "language"  # only of a demo's visitor: theirs, not that of whom they enter as
Respond = Callable[[HttpRequest], HttpResponse]


class Gate:
    """Middleware: sets `request.viewer` (None without log-in) and holds views to their policy."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look up who asks, and forget their zone afterwards."""
        viewer = _looking(request)
        cast("Any", request).viewer = viewer
        if viewer is None:
            return self.get_response(request)
        language = request.session.get(LANGUAGE) or viewer.language
        translation.activate(language)
        cast("Any", request).LANGUAGE_CODE = language
        with timezone.override(zoneinfo.ZoneInfo(viewer.timezone)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer in the view's place where it is not for this person."""
        if hasattr(view, "policies"):
            return None  # the programming interface, which asks for a token itself
        policy = policy_of(view)
        if policy is None:
            return answers.missing(request)
        if not policy.needs_login:
            return None
        viewer = viewer_or_none(request)
        if viewer is None:
            return _to_login(request)
        if "person" not in policy.audiences and not viewer.has(*policy.audiences):
            return answers.answer(request, answers.told(NotAllowed(NOT_YOURS)))
        return None


def viewer_or_none(request: HttpRequest) -> Viewer | None:
    """Who looks, or None without log-in."""
    return cast("Viewer | None", getattr(request, "viewer", None))


def viewer_in(request: HttpRequest) -> Viewer:
    """Who looks; for views that need a log-in."""
    viewer = viewer_or_none(request)
    if viewer is None:
        raise NotAllowed(NOT_YOURS)
    return viewer


def account_in(request: HttpRequest) -> Account:
    """The account behind the session; for views that need a log-in."""
    return cast("Account", request.user)


def _looking(request: HttpRequest) -> Viewer | None:
    if request.path.startswith("/api/") or not request.user.is_authenticated:
        return None
    viewer = None if _idle(request) else viewer_for(account_in(request).person)
    if viewer is None:
        logout(request)
    return viewer


def begin(request: HttpRequest) -> None:
    """From now on the session ends by itself when nobody uses it."""
    request.session[SEEN] = int(time.time())


def _idle(request: HttpRequest) -> bool:
    """Whether nobody used the session for too long; notes its use, but not at every page."""
    seen, now = request.session.get(SEEN), int(time.time())
    if seen is None:
        return False
    if now - seen > settings.SESSION_IDLE_SECONDS:
        return True
    if now - seen > NOTED_EVERY:
        request.session[SEEN] = now
    return False


def _to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in page and back; a part of a page sends the whole page there."""
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect_to_login(request.headers.get("HX-Current-URL", "/")).url
        return answer
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect_to_login(back)
