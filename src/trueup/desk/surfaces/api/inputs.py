"""A verb's parameters as the shape of a body: declared once, at the verb."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from django.db.models import Model
from pydantic import Field, StringConstraints, create_model

from trueup.desk.base.access import Viewer, get
from trueup.desk.surfaces.api.fields import NO_NUL, PLAIN, Input, Key, Price, Text

MOST_KEYS = 50
OURS = frozenset({"actor", "via", "version", "at", "request_id"})
"""Parameters that the door fills in, never the caller."""


def body_of(
    verb: Callable[..., Any],
    name: str,
    model: type[Model],
    *,
    skip: frozenset[str] = frozenset(),
) -> type[Input]:
    """The body for a verb; TypeError where a parameter has a type nobody can send.

    A text that is also a column of `model` has that column's limits.
    """
    fields: dict[str, Any] = {}
    for parameter in _asked(verb, skip):
        kind, optional = _kind(parameter.annotation)
        wanted = _wanted(kind, parameter.name, model)
        if wanted is None:
            raise TypeError(f"{name}: no input type for {parameter.name}: {parameter.annotation}")
        annotation = wanted | None if optional else wanted
        given = parameter.default is not inspect.Parameter.empty
        fields[parameter.name] = (annotation, parameter.default if given else ...)
    return create_model(name, __base__=Input, **fields)


def _wanted(kind: Any, name: str, model: type[Model]) -> Any:
    """The input type for a parameter type, or None."""
    if _is_table(kind):
        return Key
    if _tables(kind) is not None:
        return Annotated[list[Key], Field(max_length=MOST_KEYS)]
    if kind is not str:
        return PLAIN.get(kind)
    columns = {column.name: column for column in model._meta.concrete_fields}
    column = columns.get(name)
    if column is None or column.max_length is None:
        return Text
    shortest = 0 if column.blank else 1
    return Annotated[
        str,
        StringConstraints(min_length=shortest, max_length=column.max_length, pattern=NO_NUL),
    ]


def arguments(verb: Callable[..., Any], body: Input, viewer: Viewer) -> dict[str, Any]:
    """What the body says, for the verb: keys become rows that the caller may see.

    Only what was sent is passed on, so the verb's own defaults hold.
    """
    found: dict[str, Any] = {}
    parameters = inspect.signature(verb, eval_str=True).parameters
    for name in body.model_fields_set:
        value = getattr(body, name)
        kind, _ = _kind(parameters[name].annotation)
        if value is not None and _is_table(kind):
            value = get(viewer, kind, value, field=name)
        elif (table := _tables(kind)) is not None:
            value = [get(viewer, table, key, field=name) for key in value or ()]
        elif isinstance(value, Price):
            value = value.money()
        found[name] = value
    return found


def _asked(verb: Callable[..., Any], skip: frozenset[str]) -> list[inspect.Parameter]:
    named = inspect.signature(verb, eval_str=True).parameters.values()
    usable = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one for one in named if one.kind in usable and one.name not in OURS | skip]


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The type behind ``X | None``, and whether None is allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        others = [one for one in get_args(annotation) if one is not type(None)]
        if len(others) == 1:
            return others[0], True
    return annotation, False


def _tables(kind: Any) -> type[Model] | None:
    """The table behind ``Sequence[Table]``."""
    inner = get_args(kind)
    if get_origin(kind) is Sequence and len(inner) == 1 and _is_table(inner[0]):
        table: type[Model] = inner[0]
        return table
    return None


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)
