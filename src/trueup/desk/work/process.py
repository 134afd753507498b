"""Where a record meets its process model; a record without one is sound."""

from __future__ import annotations

from datetime import datetime

from trueup.desk.base.viewer import Who
from trueup.desk.work.models import Record


def start_for(record: Record, *, actor: Who, at: datetime | None = None) -> None:
    """Start the model in force for the record's kind, where there is one."""


def offer(record: Record, verb: str, *, actor: Who, at: datetime | None = None) -> None:
    """Tell the record's process that a verb was done; it moves on where it waited for it."""
