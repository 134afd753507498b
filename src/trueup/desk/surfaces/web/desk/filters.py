"""The quick filters of the queue: read from the address, remembered, said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _

from trueup.core.refusals import NotFound
from trueup.core.words import N_
from trueup.desk.base import reads as base
from trueup.desk.base.access import NOTHING, Viewer
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
LABELS = {
    "team": N_("Team"),
    "priority": N_("Priority"),
    "service": N_("Service"),
    "customer": N_("Customer"),
    "assignee": N_("Holder"),
    "kind": N_("Kind"),
}
LISTS: dict[str, Callable[[Viewer], QuerySet[Any]]] = {
    "team": base.teams,
    "service": services.services_of,
    "customer": base.customers,
    "assignee": lambda viewer: base.people_with(viewer, *WORKERS),
}
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
    """One filter on the page; `options` are empty until somebody opens it."""

    name: str
    label: str
    value: str
    said: str
    options: list[Option]

    @property
    def on(self) -> bool:
        """Whether it narrows the list."""
        return bool(self.value)


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


def chips(viewer: Viewer, chosen: Filters, opened: str = "") -> list[Chip]:
    """The filters as they stand on the page, in one query; of the long lists only the opened."""
    values = chosen.values()
    told = _told(viewer, values, opened)
    return [_chip(name, values[name], told.get(name, []), opened) for name in LABELS]


def chip(viewer: Viewer, name: str, value: str) -> Chip:
    """One filter, opened."""
    if name not in LABELS:
        raise NotFound(NOTHING)
    told = _told(viewer, {}, name)
    return _chip(name, value, told.get(name, []), name)


def _told(viewer: Viewer, values: dict[str, str], opened: str) -> dict[str, list[tuple[str, str]]]:
    """Key and name of what is chosen in each long list, and all of the opened one."""
    parts = []
    for name, rows_of in LISTS.items():
        value = values.get(name, "")
        if name == opened or value not in ("", ME, NOBODY):
            rows = rows_of(viewer) if name == opened else rows_of(viewer).filter(pk=value)
            parts.append(rows.order_by().annotate(of=Value(name)).values_list("of", "pk", "name"))
    found: dict[str, list[tuple[str, str]]] = {}
    everything = parts[0].union(*parts[1:], all=True) if parts else ()
    for of, key, label in sorted(everything, key=lambda row: str(row[2]).casefold()):
        found.setdefault(of, []).append((str(key), label))
    return found


def _chip(name: str, value: str, told: Iterable[tuple[str, str]], opened: str) -> Chip:
    """A filter with its choices: the short ones always, the long ones once opened."""
    choices = [*_fixed(name), *told][:MOST_CHOICES]
    said = dict(choices).get(value, "")
    if name in LISTS and name != opened:
        return Chip(name, _(LABELS[name]), value, said, [])
    options = [Option("", _("All"), not value)]
    options += [Option(key, words, key == value) for key, words in choices]
    return Chip(name, _(LABELS[name]), value, said, options)


def _fixed(name: str) -> Choices:
    """The choices that stand in no table."""
    if name == "kind":
        return tuple((key, _(words)) for key, words in KINDS)
    held = ((ME, _("Me")), (NOBODY, _("Nobody")))
    return {"priority": PRIORITIES, "assignee": held}.get(name, ())
