"""Changing fields of a row: only those allowed, and one change per field that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model

from trueup.core.refusals import Refused
from trueup.core.words import N_


@dataclass(frozen=True, slots=True)
class Change:
    """One field with its old and new value as texts, empty where there is none."""

    field: str
    old: str
    new: str


def apply(thing: Model, values: Mapping[str, object], allowed: tuple[str, ...]) -> list[Change]:
    """Write the values that differ, raise `version` once, and say what changed.

    Refused for a field that is not in `allowed`: nobody sets what no form offers.
    """
    for name in values:
        if name not in allowed:
            raise Refused(N_("The field %(name)s cannot be changed."), field=name, name=name)
    changes = []
    for name, value in values.items():
        old, new = text_of(getattr(thing, name)), text_of(value)
        if old != new:
            setattr(thing, name, value)
            changes.append(Change(name, old, new))
    if changes:
        thing.version += 1  # type: ignore[attr-defined]
        thing.save(update_fields=["version", *(change.field for change in changes)])
    return changes


def text_of(value: object) -> str:
    """A value as text; a row is named by its key."""
    if value is None:
        return ""
    return str(value.pk) if isinstance(value, Model) else str(value)
