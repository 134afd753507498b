"""Incident: give people back their normal work as fast as promised."""

from __future__ import annotations

from trueup.core.words import N_
from trueup.desk.work.kinds.kind import Kind

INCIDENT = Kind(
    name="incident",
    label=N_("Incident"),
    prefix="INC",
    opens="report",
    ends="resolve",
    metric="resolve",
    model="incident",
)
