"""The quick filters of the queue: read from the address, remembered, said in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from trueup.core.words import N_
from trueup.desk.base import reads as base
from trueup.desk.base.access import Viewer
from trueup.desk.base.roles import WORKERS
from trueup.desk.services import reads as services
from trueup.desk.surfaces.web.desk.forms import Choices

ME, NOBODY = "me", "nobody"
PRIORITIES: Choices = tuple((str(n), f"P{n}") for n in range(1, 6))
KINDS: Choices = (
    ("incident", N_("Incidents")),
    ("request", N_("Requests")),
    ("task", N_("Tasks")),
)
MOST_TEXT = 100
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; an empty value narrows nothing."""

    team: str = ""
    kind: str = ""
    priority: str = ""
    service: str = ""
    customer: str = ""
    assignee: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return any(self.values().values())

    def values(self) -> dict[str, str]:
        """The values by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter on the page."""

    name: str
    label: str
    on: bool
    options: list[Option]


def read(asked: QueryDict) -> Filters:
    """The filters of an address; what cannot be one is left out."""
    return Filters(
        team=_key(asked.get("team", "")),
        kind=_one_of(KINDS, asked.get("kind", "")),
        priority=_one_of(PRIORITIES, asked.get("priority", "")),
        service=_key(asked.get("service", "")),
        customer=_key(asked.get("customer", "")),
        assignee=_key(asked.get("assignee", ""), ME, NOBODY),
        text=asked.get("text", "").strip()[:MOST_TEXT],
    )


def _one_of(choices: Choices, value: str) -> str:
    return value if value in dict(choices) else ""


def _key(value: str, *words: str) -> str:
    if value in words:
        return value
    try:
        return str(UUID(value)) if value else ""
    except ValueError:
        return ""


def chips(viewer: Viewer, chosen: Filters) -> list[Chip]:
    """The filters as they stand on the page."""
    technicians = [(str(one.pk), one.name) for one in base.people_with(viewer, *WORKERS)]
    held = [(ME, _("Me")), (NOBODY, _("Nobody")), *technicians]
    kinds = [(key, _(words)) for key, words in KINDS]
    return [
        _chip("team", _("Team"), _named(base.teams(viewer)), chosen.team),
        _chip("priority", _("Priority"), PRIORITIES, chosen.priority),
        _chip("service", _("Service"), _named(services.services_of(viewer)), chosen.service),
        _chip("customer", _("Customer"), _named(base.customers(viewer)), chosen.customer),
        _chip("assignee", _("Holder"), held, chosen.assignee),
        _chip("kind", _("Kind"), kinds, chosen.kind),
    ]


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(row.pk), row.name) for row in islice(rows, MOST_CHOICES)]


def _chip(name: str, label: str, choices: Iterable[tuple[str, str]], value: str) -> Chip:
    options = [Option("", _("All"), not value)]
    options += [Option(key, words, key == value) for key, words in choices]
    return Chip(name, label, bool(value), options)
