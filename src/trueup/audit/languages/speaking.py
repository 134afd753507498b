"""The language that a layout is being written in: headings by `t`, counts by `count`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from trueup.audit.languages.figures import figure
from trueup.audit.languages.tongue import Tongue, tongue

_NOW: ContextVar[Tongue | None] = ContextVar("language", default=None)


@contextmanager
def speaking(language: str) -> Iterator[Tongue]:
    """Write everything within in one language."""
    here = tongue(language)
    token = _NOW.set(here)
    try:
        yield here
    finally:
        _NOW.reset(token)


def spoken() -> str:
    """The language of now; English where none was set."""
    here = _NOW.get()
    return here.language if here else "en"


def t(text: str, **words: object) -> str:
    """A heading or a template of the layout in the language of now, filled with words."""
    here = _NOW.get()
    told = here.templates.get(text, text) if here else text
    return told.format(**words) if words else told


def count(n: int) -> str:
    """A whole number with the marks of the language of now."""
    return f"{n:,}".replace(",", ".") if spoken() == "de" else f"{n:,}"


def figured(text: str) -> str:
    """A figure or date alone, in the form of the language of now."""
    return text if spoken() == "en" else figure(text) or text
