"""The way back from an act: the opposite verb, offered while its toast stands.

Nothing is taken out of the log: going back is an act of its own, told beside the first one. It is
offered where one verb puts everything back as it was; what others have read or counted meanwhile
(a message, a resolution, an approval) has no way back, only a next step. A priority that was raised
has none either: to lower it late needs a second person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext as _

from trueup.core.words import N_
from trueup.desk.work.models import Record

DONE = N_("As it was before.")


@dataclass(frozen=True, slots=True)
class Before:
    """What an act may change and its opposite puts back."""

    team: UUID | None
    person: UUID | None
    impact: int | None
    urgency: int | None
    priority: int

    @classmethod
    def of(cls, record: Record) -> Self:
        """As the record stands now."""
        return cls(record.team_id, record.assignee_id, *_sorted(record))


@dataclass(frozen=True, slots=True)
class Way:
    """A form of one button: where it goes and what it carries."""

    href: str
    fields: tuple[tuple[str, str], ...]

    def kept(self) -> str:
        """As text, so that it waits with its message for the next page."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Opposite:
    """The verb that leads back, and what it is given."""

    verb: str
    given: tuple[tuple[str, str], ...] = ()


def _sorted(record: Record) -> tuple[int | None, int | None, int]:
    return record.impact, record.urgency, record.priority


def opposite(verb: str, was: Before, now: Before) -> Opposite | None:
    """What puts the record back; None where no single verb does."""
    if was == now and verb != "hold":
        return None
    if verb in ("take", "assign", "release"):
        return _holder(was, now)
    if verb == "hold":
        return Opposite("resume", (("reason", _("It was put on hold by mistake.")),))
    if verb == "set_priority" and was.impact and was.urgency and was.priority <= now.priority:
        told = (("impact", str(was.impact)), ("urgency", str(was.urgency)))
        return Opposite(verb, (*told, ("reason", _("It was changed by mistake."))))
    return None


def _holder(was: Before, now: Before) -> Opposite | None:
    moved = was.team != now.team
    if moved and was.team is None:
        return None
    if was.person is None and not moved:
        return Opposite("release")
    given = [("reason", _("It was given away by mistake."))]
    given += [("team", str(was.team))] if moved else []
    given += [("person", str(was.person))] if was.person else []
    return Opposite("assign", tuple(given))


def together(ways: Iterable[Opposite | None]) -> Opposite | None:
    """The way back from an act on many records, where it is the same for each of them."""
    found = set(ways)
    return found.pop() if len(found) == 1 else None
