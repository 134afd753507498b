"""The four refusals as pages or as parts of pages, worded once.

A view need not catch anything. Where a form must come back with what was typed, it catches
`Refusal` itself and renders its template with ``told=told(refusal)`` (see `parts/field.html`).
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from trueup.core.refusals import Broken, Conflict, FieldClash, NotFound, Refusal
from trueup.core.words import N_
from trueup.desk.base.access import NOTHING, NotAllowed

log = logging.getLogger(__name__)
SLOT = re.compile(r"[a-z][a-z0-9-]{0,60}")
NOTHING_CHANGED = N_("Nothing was changed; try again in a minute.")
TITLES: tuple[tuple[type[Refusal], int, str], ...] = (
    (NotAllowed, 403, N_("This is not yours to do")),
    (NotFound, 404, N_("Not found")),
    (Conflict, 409, N_("Somebody was faster")),
    (Broken, 500, N_("Something failed on our side")),
    (Refusal, 422, N_("This was not done")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in the reader's words."""

    status: int
    title: str
    text: str
    field: str = ""
    number: str = ""
    clashes: tuple[FieldClash, ...] = ()

    @property
    def errors(self) -> dict[str, str]:
        """The sentence by the field it belongs to, for `parts/field.html`."""
        return {self.field: self.text} if self.field else {}


def sentence(refusal: Refusal) -> str:
    """The text of a refusal in the reader's language."""
    return gettext(refusal.text) % refusal.params if refusal.params else gettext(refusal.text)


def told(refusal: Refusal) -> Told:
    """A refusal, worded."""
    status, title = next((code, word) for kind, code, word in TITLES if isinstance(refusal, kind))
    clashes = refusal.fields if isinstance(refusal, Conflict) else ()
    return Told(status, gettext(title), sentence(refusal), refusal.field or "", clashes=clashes)


def answer(request: HttpRequest, words: Told) -> HttpResponse:
    """A whole page, or for a part of a page the slot that shows refusals."""
    if not getattr(request, "htmx", False):
        body = render_to_string("answers/page.html", {"told": words}, request)
        return HttpResponse(body, status=words.status)
    body = render_to_string("parts/refusal.html", {"told": words}, request)
    reply = HttpResponse(body, status=words.status)
    slot = request.headers.get("X-Refusal-At", "")
    reply["HX-Retarget"] = f"#{slot if SLOT.fullmatch(slot) else 'refusal'}"
    reply["HX-Reswap"] = "innerHTML"
    reply["HX-Reselect"] = "unset"
    return reply


class Answers:
    """Middleware: any refusal or fault of a web view becomes an answer in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Word it; Django's own kinds go to the handlers below."""
        if isinstance(error, Http404):
            error = NotFound(NOTHING)
        if isinstance(error, PermissionDenied | SuspiciousOperation):
            return None
        if isinstance(error, Refusal) and not isinstance(error, Broken):
            return answer(request, told(error))
        return answer(request, fault(request, error))


def fault(request: HttpRequest, error: Exception | None) -> Told:
    """A fault of ours: logged under a number, told without its insides."""
    number = f"E-{secrets.token_hex(3).upper()}"
    log.error("page failed, number %s, %s", number, request.path, exc_info=error)
    text = sentence(error) if isinstance(error, Broken) else gettext(NOTHING_CHANGED)
    return Told(500, gettext(N_("Something failed on our side")), text, number=number)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing at this address; the same words as for a hidden thing."""
    return answer(request, told(NotFound(NOTHING)))


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request no browser of ours sends."""
    text = gettext(N_("This request cannot be read. Go back and try again."))
    return answer(request, Told(400, gettext(N_("This was not done")), text))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Denied by Django itself."""
    return answer(request, told(NotAllowed(N_("This page is not open to you."))))


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid mark of ours, mostly one that lay open for too long."""
    text = gettext(
        N_("This form is too old to be sent. Go back, reload the page and send it again.")
    )
    return answer(request, Told(403, gettext(N_("This was not sent")), text))


def too_large(request: HttpRequest) -> HttpResponse:
    """More bytes than all files of one form may have together."""
    text = gettext(N_("Together this is too large. Send fewer or smaller files."))
    return answer(request, Told(413, gettext(N_("This was not sent")), text))


def failed(request: HttpRequest) -> HttpResponse:
    """The last resort: outside of any view."""
    return answer(request, fault(request, None))
