"""Who calls: the bearer token, its budget and its scopes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from trueup.core.refusals import Refusal
from trueup.core.words import N_
from trueup.desk.base import rates, tokens
from trueup.desk.base.access import NotAllowed, Viewer, viewer_of
from trueup.desk.base.models import ApiToken

MOST_BODY = 1024 * 1024
MOST_UPLOAD = 27 * 1024 * 1024
READS = ("GET", "HEAD")


class TooMany(Refusal):
    """The token's budget of this minute is spent; `wait` in seconds."""

    code = "too_many"

    def __init__(self, wait: int) -> None:
        super().__init__(N_("Too many calls. Wait %(wait)s seconds."), wait=wait)
        self.wait = wait


class TooLarge(Refusal):
    """The body is larger than anything we take."""

    code = "too_large"


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind the token and what the token allows."""

    viewer: Viewer
    scopes: tuple[str, ...]


class Token(HttpBearer):
    """`Authorization: Bearer tru_…`; a token acts as its person, never as more."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None where the token is unknown, ended or expired."""
        now = timezone.now()
        found = tokens.find(token, now)
        viewer = viewer_of(found.person_id) if found else None
        if found is None or viewer is None:
            return None
        _check_budget(found)
        _check_size(request)
        tokens.note_use(found, now)
        return Caller(viewer, tuple(found.scopes))


def caller_of(request: HttpRequest) -> Caller:
    """Who calls, once the token was accepted."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]


def viewer_in(request: HttpRequest) -> Viewer:
    """The viewer behind the call."""
    return caller_of(request).viewer


def check_scope(request: HttpRequest) -> None:
    """A token that only reads changes nothing."""
    needed = "read" if request.method in READS else "write"
    if needed not in caller_of(request).scopes:
        raise NotAllowed(N_("This token lacks the scope “%(scope)s”."), scope=needed)


def _check_budget(token: ApiToken) -> None:
    wait = rates.spend(f"token:{token.pk}", settings.API_CALLS_PER_MINUTE, time.time())
    if wait:
        raise TooMany(wait)


def _check_size(request: HttpRequest) -> None:
    """Before anything is read; a body of unknown length is not taken."""
    multipart = (request.content_type or "").startswith("multipart/")
    most = MOST_UPLOAD if multipart else MOST_BODY
    length = request.headers.get("Content-Length", "") or "0"
    if not length.isdigit() or int(length) > most or "Transfer-Encoding" in request.headers:
        raise TooLarge(N_("This is larger than %(most)s MB."), most=most // 1024 // 1024)
