"""The base of all events and their registry."""

from __future__ import annotations

from dataclasses import fields
from typing import ClassVar

_registry: dict[str, type[Event]] = {}


class Event:
    """What happened to one thing. Subclasses are frozen, slotted, keyword-only dataclasses.

    `entity` is the evidence table of the thing, `activity` the word of the evidence schema,
    `name` the verb that wrote it, `means` one sentence for the reader of the docs, `reads` the
    sentence shown in a timeline with ``%(field)s`` placeholders, `private` the erasable fields.
    """

    __slots__ = ()
    entity: ClassVar[str]
    activity: ClassVar[str]
    name: ClassVar[str]
    means: ClassVar[str]
    reads: ClassVar[str]
    private: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        _registry[area_name(cls)] = cls

    def payload(self) -> dict[str, object]:
        """The fields as a plain mapping, in declaration order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


def area_name(cls: type[Event]) -> str:
    """The stable name of an event class: its file and its class, such as ``work.Resolved``."""
    return f"{cls.__module__.rsplit('.', 1)[-1]}.{cls.__name__}"


def registry() -> dict[str, type[Event]]:
    """All event classes imported so far, by stable name."""
    return dict(_registry)


def find(name: str) -> type[Event]:
    """The class of a stable name; KeyError where no such event is declared."""
    return _registry[name]
