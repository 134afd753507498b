"""Task: a piece of work cut out of another record."""

from __future__ import annotations

from trueup.core.words import N_
from trueup.desk.work.kinds.kind import Kind

TASK = Kind(
    name="task",
    label=N_("Task"),
    prefix="TSK",
    opens="open",
    ends="finish",
    metric="",
    model="",
)
