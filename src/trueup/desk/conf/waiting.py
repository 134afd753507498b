"""While the demo organisation is being loaded, every page says how far it is.

Nobody can act before: the history must be whole, and its log in order, before the present begins.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trueup.desk.conf.demo import LOADED, PROGRESS

RETRY_AFTER = "2"


class Waiting:
    """Middleware of a demo: its one page until the load is done, then nothing at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.loaded = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the progress; programmes are asked to come again."""
        self.loaded = self.loaded or (settings.HOME / LOADED).exists()
        if self.loaded:
            return self.get_response(request)
        page = request.method in ("GET", "HEAD") and not request.path.startswith("/api/")
        status = HTTPStatus.OK if page else HTTPStatus.SERVICE_UNAVAILABLE
        answer = render(request, "answers/loading.html", {"percent": percent()}, status=status)
        answer["Retry-After"] = RETRY_AFTER
        answer["Cache-Control"] = "no-store"
        return answer


def percent() -> int:
    """How far the load is; 0 where it has not begun."""
    try:
        told = json.loads((settings.HOME / PROGRESS).read_text("utf-8"))
    except (OSError, ValueError):
        return 0
    return int(100 * told["done"] / max(told["of"], 1))
