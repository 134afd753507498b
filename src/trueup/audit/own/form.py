"""Reading named parts of a file: what must be there, what may be, of which shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trueup.audit.own.reading import Given
from trueup.core.words import N_


def parts(given: Given, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Given]:
    """The named parts of a place; refuses what is missing and what nobody knows."""
    if given.parts is None:
        raise given.refuse(
            N_("Here belong named parts, one a line: %(names)s."), names=", ".join(required)
        )
    for name in required:
        if name not in given.parts:
            raise given.refuse(N_("“%(name)s:” is missing; add it."), name=name)
    known = [*required, *optional]
    for name, part in given.parts.items():
        if name not in known:
            raise part.refuse(
                N_("“%(name)s” is not known here; there are: %(names)s."),
                name=name, names=", ".join(known),
            )  # fmt: skip
    return dict(given.parts)


def text(given: Given, most: int = 400) -> str:
    """A text that is not empty and not longer than `most` characters."""
    if given.text is None or not given.text.strip():
        raise given.refuse(N_("Here belongs a text."))
    if len(given.text) > most:
        raise given.refuse(N_("This is longer than %(most)s characters."), most=most)
    return " ".join(given.text.split())


def texts(given: Given) -> tuple[str, ...]:
    """One text or a list of texts, at least one."""
    if given.items is None:
        return (text(given),)
    if not given.items:
        raise given.refuse(N_("Here belongs at least one."))
    return tuple(text(item) for item in given.items)


def number(given: Given) -> float:
    """A finite number."""
    try:
        value = float(given.text or "")
    except ValueError as error:
        raise given.refuse(N_("Here belongs a number, for example 0.05.")) from error
    if value != value or value in (float("inf"), float("-inf")):
        raise given.refuse(N_("Here belongs a number, for example 0.05."))
    return value


def choice(given: Given, allowed: Iterable[str]) -> str:
    """One word of a closed list."""
    word = text(given)
    known = list(allowed)
    if word not in known:
        raise given.refuse(
            N_("“%(word)s” is not one of: %(names)s."), word=word, names=", ".join(known)
        )
    return word


def choices(given: Given, allowed: Iterable[str]) -> tuple[str, ...]:
    """One or several words of a closed list."""
    known = list(allowed)
    places = given.items if given.items is not None else (given,)
    return tuple(choice(item, known) for item in places)
