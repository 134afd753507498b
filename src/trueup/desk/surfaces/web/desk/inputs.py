"""What was typed into a form, as values a verb takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.base.access import Viewer, get
from trueup.desk.base.models import Person, Team
from trueup.desk.services.models import Service
from trueup.desk.surfaces.web.desk.forms import Field
from trueup.desk.work import reads

Typed = Mapping[str, str]
THINGS = {"service": Service, "team": Team, "technician": Person}
NUMBERS = ("impact", "urgency")


def read(viewer: Viewer, fields: Iterable[Field], typed: Typed) -> dict[str, object]:
    """The inputs of a verb; Refused, by the field, for what cannot be read."""
    found: dict[str, object] = {}
    for field in fields:
        text = typed.get(field.name, "").strip()
        if field.kind == "yes":
            found[field.name] = text == "on"
        elif field.kind in THINGS:
            found[field.name] = (
                get(viewer, THINGS[field.kind], text, field=field.name) if text else None
            )
        elif text or field.required or field.kind == "text":
            found[field.name] = _plain(viewer, field, text)
    return found


def _plain(viewer: Viewer, field: Field, text: str) -> object:
    if field.kind == "record":
        return reads.by_number(viewer, text) if text else None
    if field.name in NUMBERS:
        return _parsed(field, text, int) if text else None
    if field.kind == "number":
        return _parsed(field, text, _number) if text else None
    if field.kind == "moment":
        return moment_of(field.name, text)
    return text


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _parsed(field: Field, text: str, as_: Callable[[str], object]) -> object:
    try:
        return as_(text)
    except ValueError:
        raise Refused(N_("“%(typed)s” is not a number."), field=field.name, typed=text) from None


def moment_of(name: str, text: str) -> datetime | None:
    """A day and time in the zone of whoever typed it; None for nothing."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Refused(N_("“%(typed)s” is not a day and time."), field=name, typed=text)
    return timezone.make_aware(found) if timezone.is_naive(found) else found
