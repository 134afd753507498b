"""What one can choose in a field, and how a chosen thing reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.desk.base import reads as base
from trueup.desk.base.access import Viewer
from trueup.desk.base.roles import WORKERS
from trueup.desk.services import reads as services
from trueup.desk.surfaces.web.desk.forms import Choices, Field
from trueup.desk.work.models import Record

COLUMNS = {"person": "assignee_id", "team": "team_id", "service": "service_id"}
LOCAL = "%Y-%m-%dT%H:%M"


def choices_of(viewer: Viewer, field: Field) -> Choices:
    """The choices of a field in the reader's words; none where it is typed."""
    if field.choices:
        return tuple((key, _(words)) for key, words in field.choices)
    if field.kind == "service":
        return _things(services.services_of(viewer))
    if field.kind == "team":
        return _things(base.teams(viewer))
    if field.kind == "technician":
        return _things(base.people_with(viewer, *WORKERS))
    return ()


def _things(rows: Iterable[Any]) -> Choices:
    return tuple((str(row.pk), row.name) for row in rows)


def value_of(record: Record, field: Field) -> str:
    """What stands in the record for a field, as the form would send it; a default for others."""
    if field.kind == "moment":
        return _default_moment(field.name)
    value = getattr(record, COLUMNS.get(field.name, field.name), "")
    return "" if value is None or callable(value) else str(value)


def _default_moment(name: str) -> str:
    now = timezone.localtime()
    return local(in_a_day(now) if name == "next_contact_at" else now)


def in_a_day(now: datetime) -> datetime:
    """Ten o'clock on the next day of the week that is not Saturday or Sunday."""
    days = {4: 3, 5: 2}.get(now.weekday(), 1)
    return now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)


def local(at: datetime) -> str:
    """A moment as the browser's field for day and time takes it."""
    return timezone.localtime(at).strftime(LOCAL)


def sayer(viewer: Viewer, field: Field) -> Callable[[str], str]:
    """How a raw value of a field reads."""
    words = dict(choices_of(viewer, field))
    return lambda value: words.get(value, value)
