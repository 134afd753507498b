"""Events about a person as the subject of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trueup.core.events.base import Event
from trueup.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Event):
    """A person's private texts were destroyed: how many, and under which rule."""

    entity: ClassVar[str] = "person"
    activity: ClassVar[str] = "other"
    name: ClassVar[str] = "erase"
    means: ClassVar[str] = N_("The private texts of a person were destroyed for ever.")
    reads: ClassVar[str] = N_("erased %(texts)s private texts (%(reason_code)s)")

    texts: int
    reason_code: str
