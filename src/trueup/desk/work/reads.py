"""Reading records: one by one, as lists, as a timeline, with their clocks."""

from __future__ import annotations

from django.utils.translation import gettext

from trueup.core.lifecycles import load
from trueup.desk.work.models import Record


def state_word(record: Record, audience: str) -> str:
    """The state as technician, user or customer reads it."""
    return load(record.kind).labels(audience, record.state, gettext)
