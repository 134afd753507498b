"""Who acts: every verb takes one, every event names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["person", "robot", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person, robot or the system itself; `on_behalf_of` when acting for somebody."""

    kind: ActorKind
    person: UUID | None
    name: str
    on_behalf_of: UUID | None = None


SYSTEM = Actor("system", None, "Trueup")
