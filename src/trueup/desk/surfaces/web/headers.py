"""What every page tells the browser: nothing from elsewhere, nothing inline, nothing kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from trueup.desk.surfaces.web import answers

CSP = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "private, no-store",
}


MOST_BODY = 110 * 1024 * 1024


class Headers:
    """Middleware: sets what the view did not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers; refuse a body larger than all files of one form before it is read."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        fits = length.isdecimal() and int(length) <= MOST_BODY
        answer = self.get_response(request) if fits else answers.too_large(request)
        for name, value in ALWAYS.items():
            answer.headers.setdefault(name, value)
        return answer
