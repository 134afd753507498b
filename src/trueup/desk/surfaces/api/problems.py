"""Refusals as answers: RFC 9457 problem details, in the caller's language."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from trueup.core.refusals import Broken, Conflict, NotFound, Refusal, Refused
from trueup.core.words import N_
from trueup.desk.base.access import NOTHING, NotAllowed
from trueup.desk.base.idempotency import Running
from trueup.desk.surfaces.api.auth import TooLarge, TooMany

MEDIA = "application/problem+json"
log = logging.getLogger(__name__)


class MissingVersion(Refusal):
    """A change without saying which version it was decided on."""

    code = "version_missing"


class Clash(Schema):
    """One field that somebody else changed meanwhile."""

    field: str
    was: str
    now: str
    wanted: str


class Flaw(Schema):
    """One input that cannot be used."""

    field: str
    reason: str


class Problem(Schema):
    """What did not happen, why, and what would help."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    clashes: list[Clash] = []
    flaws: list[Flaw] = []


STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Running, 409),
    (TooMany, 429),
    (TooLarge, 413),
    (MissingVersion, 428),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 422),
    (Broken, 500),
)
TITLES = {
    400: N_("This request cannot be read"),
    401: N_("Log in first"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Not offered here"),
    409: N_("Somebody was faster"),
    413: N_("Too large"),
    415: N_("Wrong media type"),
    422: N_("This does not fit"),
    428: N_("Say which version"),
    429: N_("Too many calls"),
    500: N_("Something broke on our side"),
}
DOCUMENTED = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 422, 429, 500), Problem)


def respond(
    status: int, code: str, detail: str, *, field: str | None = None, **more: Any
) -> HttpResponse:
    """A problem as an answer."""
    problem = Problem(
        type=f"urn:trueup:problem:{code}",
        title=gettext(TITLES[status]),
        status=status,
        detail=detail,
        code=code,
        field=field,
        **more,
    )
    return HttpResponse(
        problem.model_dump_json(exclude_none=True), status=status, content_type=MEDIA
    )


def status_of(refusal: Refusal) -> int:
    """The status that fits a refusal."""
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 422)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Any refusal, translated once."""
    detail = gettext(refusal.text) % refusal.params if refusal.params else gettext(refusal.text)
    clashes = []
    if isinstance(refusal, Conflict):
        clashes = [
            Clash(field=each.field, was=each.was, now=each.now, wanted=each.wanted)
            for each in refusal.fields
        ]
    status = status_of(refusal)
    answer = respond(status, refusal.code, detail, field=refusal.field, clashes=clashes)
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.wait)
    if isinstance(refusal, Running):
        answer["Retry-After"] = "1"
    return answer


def unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Inputs of the wrong shape, one flaw each, without echoing what was sent."""
    flaws = [
        Flaw(field=".".join(str(part) for part in each["loc"][1:]), reason=str(each["msg"]))
        for each in error.errors
    ]
    detail = gettext(N_("Some inputs do not fit. See “flaws”."))
    return respond(422, "unfit", detail, flaws=flaws[:50])


def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or none that works."""
    detail = gettext(N_("Send a valid token: Authorization: Bearer tru_…"))
    answer = respond(401, "unauthenticated", detail)
    answer["WWW-Authenticate"] = 'Bearer realm="trueup"'
    return answer


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, or another fault of the request itself."""
    status = error.status_code if error.status_code in TITLES else 400
    return respond(status, "unreadable", gettext(N_("The body of this request cannot be read.")))


def garbled(request: HttpRequest, error: Exception) -> HttpResponse:
    """Parts that cannot be told apart."""
    return respond(400, "unreadable", gettext(N_("The body of this request cannot be read.")))


def too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    """More than the settings allow."""
    return respond(413, "too_large", gettext(N_("This request is too large.")))


def missing(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """Nothing at this address; the same words as for a hidden thing."""
    return respond(404, "not_found", gettext(NOTHING))


def not_offered(allow: str) -> HttpResponse:
    """A method this address does not have."""
    answer = respond(405, "not_offered", gettext(N_("This address does not offer that method.")))
    answer["Allow"] = allow
    return answer


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: logged with a number, told without its insides."""
    number = secrets.token_hex(4)
    log.exception("call failed, number %s", number, exc_info=error)
    detail = gettext(N_("Please tell us this number: %(number)s")) % {"number": number}
    return respond(500, "broken", detail)


def install(api: NinjaAPI) -> None:
    """Hand every kind of trouble to the function that words it."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (Exception, broken),
        (Refusal, refused),
        (ValidationError, unfit),
        (AuthenticationError, unauthenticated),
        (HttpError, unreadable),
        (MultiPartParserError, garbled),
        (RequestDataTooBig, too_big),
        (Http404, missing),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
