"""Reading forms: the version a person decided on, and other plain inputs."""

from __future__ import annotations

from django.http import HttpRequest

from trueup.core.refusals import Refused
from trueup.core.words import N_


def version_in(request: HttpRequest) -> int | None:
    """The version of the thing the form was made for; None where the form carries none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def text_in(request: HttpRequest, name: str, most: int = 10_000) -> str:
    """A text as typed; Refused where it is longer than anything we take."""
    text = request.POST.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > most:
        raise Refused(N_("This is too long: at most %(most)s characters."), field=name, most=most)
    return text


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number; None where nothing was chosen; Refused for anything else."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6:
        raise Refused(N_("This is not a whole number."), field=name)
    return int(text)
