"""An act: who did what to which record, when. A plan is a list of them, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Act:
    """One verb on one record of the plan; `args` name people, teams and services by their keys."""

    at: datetime
    record: int
    order: int
    verb: str
    who: str
    args: Mapping[str, object] = field(default_factory=dict)
    via: str = "web"

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Where it stands in the history."""
        return self.at, self.record, self.order
