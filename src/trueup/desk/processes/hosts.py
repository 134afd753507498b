"""Who carries effects out: the room above that owns the subject of an instance.

It declares itself here, so that a due date finds it without this room knowing what stands above.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from trueup.core.refusals import Broken
from trueup.core.words import N_
from trueup.desk.base.models import Subject
from trueup.desk.processes.effects import (
    CallVerb,
    NeedApproval,
    NeedTask,
    NeedTimer,
    StartChild,
    Tell,
)
from trueup.desk.processes.engine import Place
from trueup.desk.processes.running import Outcome

Carried = NeedTask | NeedApproval | CallVerb | StartChild | Tell


class Host(Protocol):
    """One subject as its process sees it."""

    @property
    def subject(self) -> UUID:
        """Whose process it is."""

    def facts(self) -> Mapping[str, object]:
        """The published facts as they stand now."""

    def carry(self, effect: Carried) -> Outcome | None:
        """Carry an effect out: an outcome where it is done, None where it waits; may refuse."""

    def due(self, effect: NeedTimer, since: datetime) -> datetime | None:
        """When a timer that began to wait at `since` is due; None where nothing is to come."""

    def possible(self, verb: str) -> bool:
        """Whether the lifecycle lets a verb be done now."""

    def approval(self, place: Place) -> Mapping[str, object] | None:
        """What became of an approval; None while it is open."""


Factory = Callable[[UUID], Host]
_factories: dict[str, Factory] = {}


def register(kinds: tuple[str, ...], factory: Factory) -> None:
    """Declare who carries effects out for subjects of these kinds."""
    _factories.update(dict.fromkeys(kinds, factory))


def host_of(subject: UUID) -> Host:
    """The host of a subject; Broken where no room declared itself."""
    kind = Subject.objects.filter(pk=subject).values_list("kind", flat=True).first()
    factory = _factories.get(kind or "")
    if factory is None:
        raise Broken(N_("Nobody carries out the process of this thing."))
    return factory(subject)
