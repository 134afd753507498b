"""Two people at one thing: the row is locked, and a stale version is a conflict in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model

from trueup.core.refusals import Conflict, FieldClash, NotFound
from trueup.core.words import N_
from trueup.desk.base.access import NOTHING

M = TypeVar("M", bound=Model)
STALE = N_("Somebody else changed this meanwhile. Look at what is new, then decide again.")


def claim(thing: M, version: int | None, *, wanted: Mapping[str, object] | None = None) -> M:
    """The row as it stands now, locked until the end of the transaction.

    Raises Conflict where `version` is given and no longer the one stored; `wanted` holds what the
    caller was about to write, to be told field by field. Raises NotFound where the row is gone.
    """
    rows = type(thing)._default_manager.select_for_update().filter(pk=thing.pk)
    fresh = next(iter(rows), None)
    if fresh is None:
        raise NotFound(NOTHING)
    if version is not None and getattr(fresh, "version", version) != version:
        raise Conflict(STALE, fields=clashes(thing, fresh, wanted or {}))
    return fresh


def clashes(was: Model, now: Model, wanted: Mapping[str, object]) -> tuple[FieldClash, ...]:
    """The fields that stand differently now from what is wanted."""
    return tuple(
        FieldClash(name, _text(was, name), _text(now, name), str(value))
        for name, value in wanted.items()
        if _text(now, name) != str(value)
    )


def _text(thing: Model, name: str) -> str:
    value = getattr(thing, name, "")
    return "" if value is None else str(value)
